/** Bytes by which the estimate has to grow before the document is measured again. */
const STEP = 1 << 20;

/** Milliseconds between two measures of a full document, which may have become smaller. */
const AGAIN = 5_000;

/** How large a document is, measured only now and then: that takes time for a large one. */
export class Budget {
  readonly #limit: number;
  readonly #measure: () => number;
  readonly #now: () => number;
  /** Never less than the document has. */
  #estimate: number;
  #measured = { bytes: 0, at: Number.NEGATIVE_INFINITY };

  constructor(limit: number, measure: () => number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#measure = measure;
    this.#now = now;
    this.#estimate = 0;
  }

  /** Never less than the document has. */
  get bytes(): number {
    return this.#estimate;
  }

  /** That many bytes came. */
  add(bytes: number): void {
    this.#estimate += bytes;
  }

  get full(): boolean {
    if (this.#estimate <= this.#limit) return false;
    const grown = this.#estimate - this.#measured.bytes >= STEP;
    if (grown || this.#now() - this.#measured.at > AGAIN) {
      this.#estimate = this.#measure();
      this.#measured = { bytes: this.#estimate, at: this.#now() };
    }
    return this.#estimate > this.#limit;
  }
}
