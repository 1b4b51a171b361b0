import type { ISessionContext } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { kernelLabel, memoryOf, variablesGoneIn } from './kernel-label.ts';

/** How often an idle tab asks for the kernel's memory, in milliseconds. */
const EVERY = 10_000;

/** The pill that says where code runs and how it does; a click opens the kernel's menu. */
export class KernelChip {
  readonly node = document.createElement('button');
  readonly #settings: ServerConnection.ISettings;
  #session: ISessionContext | undefined;
  #memory: number | undefined;
  #variablesGone = false;

  constructor(settings: ServerConnection.ISettings, open: (anchor: DOMRect) => void) {
    this.#settings = settings;
    this.node.type = 'button';
    this.node.className = 'db-Chip db-KernelChip';
    this.node.setAttribute('aria-haspopup', 'menu');
    this.node.innerHTML = '<i class="db-Dot"></i><span></span>';
    this.node.addEventListener('click', () => open(this.node.getBoundingClientRect()));
    window.setInterval(() => void this.#measure(), EVERY);
    this.#refresh();
  }

  follow(session: ISessionContext | undefined): void {
    if (session === this.#session) return;
    this.#session?.statusChanged.disconnect(this.#onChange, this);
    this.#session?.kernelChanged.disconnect(this.#onChange, this);
    this.#session?.connectionStatusChanged.disconnect(this.#onChange, this);
    this.#session = session;
    this.#memory = undefined;
    this.#variablesGone = false;
    session?.statusChanged.connect(this.#onChange, this);
    session?.kernelChanged.connect(this.#onChange, this);
    session?.connectionStatusChanged.connect(this.#onChange, this);
    this.#onChange();
  }

  #onChange(): void {
    this.#refresh();
    void this.#measure();
  }

  async #measure(): Promise<void> {
    const id = this.#session?.session?.kernel?.id;
    if (id === undefined || document.hidden) return;
    const url = URLExt.join(this.#settings.baseUrl, 'api/v1/kernels', encodeURIComponent(id));
    try {
      const response = await ServerConnection.makeRequest(url, {}, this.#settings);
      const answer: unknown = response.ok ? await response.json() : undefined;
      this.#memory = memoryOf(answer);
      this.#variablesGone = variablesGoneIn(answer);
    } catch {
      // The server is away: the session says so itself, and the figure would be old.
      this.#memory = undefined;
    }
    this.#refresh();
  }

  #refresh(): void {
    const session = this.#session;
    this.node.hidden = session === undefined;
    if (session === undefined) return;
    const cores = Number(PageConfig.getOption('cores')) || undefined;
    const { text, tone } = kernelLabel(statusOf(session), {
      memoryBytes: this.#memory,
      cores,
      variablesGone: this.#variablesGone,
    });
    this.node.dataset.tone = tone;
    this.node.title = `${session.kernelDisplayName}: ${statusOf(session)}`;
    this.node.setAttribute('aria-label', `Kernel: ${text}`);
    const label = this.node.lastElementChild;
    if (label !== null && label.textContent !== text) label.textContent = text;
  }
}

function statusOf(session: ISessionContext): string {
  const kernel = session.session?.kernel;
  if (kernel === undefined || kernel === null) return session.isReady || session.hasNoKernel ? 'none' : 'starting';
  return kernel.connectionStatus === 'connected' ? kernel.status : kernel.connectionStatus;
}
