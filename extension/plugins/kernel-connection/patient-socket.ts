/** What a kernel's WebSocket is opened with, and how long between two attempts. */
export interface PatientOptions {
  readonly Native: typeof WebSocket;
  /**
   * Asked after an attempt failed: `gone` when the server answers and has nothing here, `there` when
   * the kernel should be reachable, `away` when nobody answers who could know.
   */
  ask(url: string): Promise<'gone' | 'there' | 'away'>;
  later(act: () => void, milliseconds: number): () => void;
}

/** Milliseconds before the first and the longest wait. */
const FIRST = 150;
const LONGEST = 2_000;

/** Failures of a kernel that is said to be there, after which the failure is passed on. */
const PATIENCE = 5;

/** “Going away”, which JupyterLab takes for the end; and “restarts”, after which it connects again. */
const GOING_AWAY = 1001;
const RESTARTS = 1012;

/**
 * The WebSocket of a kernel that waits for its server: an attempt that meets no server is repeated
 * until one answers, and only then is anything passed on. JupyterLab's own connection gives up after
 * seven attempts and waits half a minute between some of them.
 *
 * It has what JupyterLab's kernel connection uses of a WebSocket.
 */
export class PatientSocket {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  binaryType: BinaryType = 'blob';
  readonly #url: string;
  readonly #protocols: string | string[];
  readonly #options: PatientOptions;
  #socket: WebSocket | undefined;
  #cancel: (() => void) | undefined;
  #wait = FIRST;
  #failures = 0;
  #closed = false;

  constructor(url: string, protocols: string | string[], options: PatientOptions) {
    this.#url = url;
    this.#protocols = protocols;
    this.#options = options;
    // Its handlers are set right after it is made.
    this.#cancel = options.later(() => this.#connect(), 0);
  }

  get protocol(): string {
    return this.#socket?.protocol ?? '';
  }

  get readyState(): number {
    if (this.#closed) return 3;
    return this.#socket?.readyState === 1 ? 1 : 0;
  }

  send(data: Parameters<WebSocket['send']>[0]): void {
    this.#socket?.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#closed = true;
    this.#cancel?.();
    this.#socket?.close(code, reason);
  }

  #connect(): void {
    const socket = new this.#options.Native(this.#url, this.#protocols);
    this.#socket = socket;
    socket.binaryType = this.binaryType;
    let opened = false;
    socket.onopen = (event) => {
      opened = true;
      this.onopen?.(event);
    };
    socket.onmessage = (event) => this.onmessage?.(event);
    socket.onclose = (event) => {
      if (this.#closed) return;
      if (opened) this.#end(event);
      else void this.#failed(event);
    };
  }

  async #failed(event: CloseEvent): Promise<void> {
    const answer = await this.#options.ask(this.#url);
    if (this.#closed) return;
    this.#failures = answer === 'there' ? this.#failures + 1 : 0;
    if (answer === 'gone' || this.#failures > PATIENCE) {
      this.#end(event);
      return;
    }
    this.#cancel = this.#options.later(() => this.#connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 1.6, LONGEST);
  }

  #end(event: CloseEvent): void {
    this.#closed = true;
    const { code, reason } = event;
    this.onclose?.(code === GOING_AWAY ? ({ code: RESTARTS, reason } as CloseEvent) : event);
  }
}

/** A WebSocket class whose sockets to kernels are patient. */
export function patientSockets(options: PatientOptions): typeof WebSocket {
  const { Native } = options;
  function Sockets(url: string | URL, protocols: string | string[] = []): object {
    return isKernel(url) ? new PatientSocket(String(url), protocols, options) : new Native(url, protocols);
  }
  return Object.assign(Sockets, {
    CONNECTING: Native.CONNECTING,
    OPEN: Native.OPEN,
    CLOSING: Native.CLOSING,
    CLOSED: Native.CLOSED,
  }) as unknown as typeof WebSocket;
}

function isKernel(url: string | URL): boolean {
  return /\/api\/kernels\/[^/]+\/channels$/.test(new URL(url).pathname);
}
