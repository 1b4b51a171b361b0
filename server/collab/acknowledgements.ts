/**
 * Numbers the content frames of one socket and finds how far all of them have been dealt with.
 * Frames settle in any order; what is told is the highest number below which none is open.
 */
export class Acknowledgements {
  #last = 0;
  #told = 0;
  readonly #open = new Set<number>();

  /** The number of the frame that just came. */
  next(): number {
    this.#last += 1;
    this.#open.add(this.#last);
    return this.#last;
  }

  /** This frame is done. Answers what to tell the client now, or `undefined` when that is nothing new. */
  settle(seq: number): number | undefined {
    this.#open.delete(seq);
    // A Set keeps the order of insertion, which is that of the numbers.
    const [oldest] = this.#open;
    const upTo = (oldest ?? this.#last + 1) - 1;
    if (upTo <= this.#told) return undefined;
    this.#told = upTo;
    return upTo;
  }
}
