/** The part of a ZeroMQ socket that sends. */
export interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

/** Sends in order, one at a time: a ZeroMQ socket refuses a send while another is under way. */
export class SendQueue {
  readonly #socket: Sender;
  #tail: Promise<void> = Promise.resolve();

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  /** `onError` is told of a send that failed; the next ones go on. */
  push(frames: Uint8Array[], onError: (error: unknown) => void): void {
    this.#tail = this.#tail.then(() => this.#socket.send(frames)).catch(onError);
  }

  /** Resolves when everything pushed so far was handed over. */
  drained(): Promise<void> {
    return this.#tail;
  }
}
