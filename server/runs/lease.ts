import type { HeldDocument } from '../collab/held-document.ts';

/** Milliseconds a document is kept after the last run in it: some outputs come late. */
const LINGER = 60_000;

/**
 * One document for the runs of all kernels. It is held while somebody works in it and a while after,
 * and opened again when something comes later still.
 */
export class Lease {
  readonly #open: () => Promise<HeldDocument>;
  readonly #linger: number;
  #held: HeldDocument | undefined;
  #opening: Promise<HeldDocument> | undefined;
  #users = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(open: () => Promise<HeldDocument>, linger = LINGER) {
    this.#open = open;
    this.#linger = linger;
  }

  /** The document, while it is held. */
  get held(): HeldDocument | undefined {
    return this.#held;
  }

  /** Begins to work in the document; `leave` must follow when this resolved. Errors: as opening. */
  async enter(): Promise<HeldDocument> {
    clearTimeout(this.#timer);
    this.#users += 1;
    try {
      if (this.#held !== undefined) return this.#held;
      this.#opening ??= this.#open().finally(() => {
        this.#opening = undefined;
      });
      this.#held = await this.#opening;
      return this.#held;
    } catch (error) {
      this.#users -= 1;
      throw error;
    }
  }

  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.release(), this.#linger);
    this.#timer.unref();
  }

  /** Lets the document go now. */
  release(): void {
    clearTimeout(this.#timer);
    this.#held?.release();
    this.#held = undefined;
  }
}
