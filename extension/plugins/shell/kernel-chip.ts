import type { ISessionContext } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { figuresOf, type KernelFigures, kernelLabel } from './kernel-label.ts';

/** How often an idle tab asks for the kernel's memory, in milliseconds. */
const EVERY = 10_000;

export interface ChipEffects {
  /** Opens the kernel's menu below the chip. */
  open(anchor: DOMRect, options: { readonly keyboard: boolean }): void;
  /** The server did not answer. */
  away(): void;
}

/** The pill that says where code runs and how it does; a click opens the kernel's menu. */
export class KernelChip {
  readonly node = document.createElement('button');
  readonly #settings: ServerConnection.ISettings;
  readonly #away: () => void;
  #session: ISessionContext | undefined;
  #figures: KernelFigures | undefined;
  /** The server has no such kernel any more, as after its own restart; the session learns that much later. */
  #gone = false;
  #asked: Promise<void> | undefined;
  /** Kernels that have been connected: another time is a reconnection. */
  readonly #met = new WeakSet<object>();
  /** The kernel is about to be ended because nobody uses it; a click keeps it. */
  #keeps = false;

  constructor(settings: ServerConnection.ISettings, effects: ChipEffects) {
    this.#settings = settings;
    this.#away = effects.away;
    this.node.type = 'button';
    this.node.className = 'db-Chip db-KernelChip';
    this.node.setAttribute('aria-haspopup', 'menu');
    this.node.innerHTML = '<i class="db-Dot"></i><span></span>';
    this.node.addEventListener('click', (event) => {
      if (this.#keeps) void this.#keep();
      else effects.open(this.node.getBoundingClientRect(), { keyboard: event.detail === 0 });
    });
    window.setInterval(() => this.#measure(), EVERY);
    this.#refresh();
  }

  follow(session: ISessionContext | undefined): void {
    if (session === this.#session) return;
    this.#session?.statusChanged.disconnect(this.#onChange, this);
    this.#session?.kernelChanged.disconnect(this.#onChange, this);
    this.#session?.connectionStatusChanged.disconnect(this.#onChange, this);
    this.#session = session;
    this.#figures = undefined;
    this.#gone = false;
    session?.statusChanged.connect(this.#onChange, this);
    session?.kernelChanged.connect(this.#onChange, this);
    session?.connectionStatusChanged.connect(this.#onChange, this);
    this.#onChange();
  }

  #onChange(): void {
    this.#refresh();
    this.#measure();
  }

  /** One question at a time: a kernel that starts changes its state several times at once. */
  #measure(): void {
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined;
    });
  }

  async #ask(): Promise<void> {
    const id = this.#session?.session?.kernel?.id;
    if (id === undefined || document.hidden) return;
    const url = URLExt.join(this.#settings.baseUrl, 'api/v1/kernels', encodeURIComponent(id));
    try {
      const response = await ServerConnection.makeRequest(url, {}, this.#settings);
      this.#gone = response.status === 404 && id === this.#session?.session?.kernel?.id;
      this.#figures = response.ok ? figuresOf(await response.json()) : undefined;
    } catch {
      // The server is away: the session says so itself, and the figures would be old.
      this.#figures = undefined;
      this.#away();
    }
    this.#refresh();
  }

  async #keep(): Promise<void> {
    const id = this.#session?.session?.kernel?.id;
    if (id === undefined) return;
    const url = URLExt.join(this.#settings.baseUrl, 'api/v1/kernels', encodeURIComponent(id), 'keep');
    try {
      await ServerConnection.makeRequest(url, { method: 'POST' }, this.#settings);
    } catch {
      this.#away();
    }
    this.#measure();
  }

  #refresh(): void {
    const session = this.#session;
    this.node.hidden = session === undefined;
    if (session === undefined) return;
    const status = this.#gone ? 'dead' : this.#status(session);
    const { text, tone, keep = false } = kernelLabel(status, this.#figures, placeOf(session));
    this.#keeps = keep;
    this.node.dataset.tone = tone;
    this.node.title = `${session.kernelDisplayName}: ${status}`;
    this.node.setAttribute('aria-label', `Kernel: ${text}`);
    const label = this.node.lastElementChild;
    if (label !== null && label.textContent !== text) label.textContent = text;
  }

  #status({ session, isReady, hasNoKernel }: ISessionContext): string {
    const kernel = session?.kernel;
    if (kernel === undefined || kernel === null) return isReady || hasNoKernel ? 'none' : 'starting';
    if (kernel.connectionStatus === 'connected') {
      this.#met.add(kernel);
      return kernel.status;
    }
    return kernel.connectionStatus === 'connecting' && this.#met.has(kernel) ? 'reconnecting' : kernel.connectionStatus;
  }
}

/** Daybook's own kernel goes without saying. */
function placeOf({ session, kernelDisplayName }: ISessionContext): string | undefined {
  const name = session?.kernel?.name;
  return name === undefined || name === 'daybook' ? undefined : kernelDisplayName;
}
