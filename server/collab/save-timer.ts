/** When to save: some time after the last change, not too long after the first, later after failures. */
export interface SaveTiming {
  /** Milliseconds after the last change. */
  readonly quiet: number;
  /** Milliseconds after the first change at the latest. */
  readonly longest: number;
  /** Milliseconds until the first and at most until the next attempt after failures. */
  readonly retry: { readonly first: number; readonly longest: number };
}

const SAVE_TIMING: SaveTiming = { quiet: 500, longest: 3_000, retry: { first: 1_000, longest: 30_000 } };

/** How many times as long as a save takes there is none, so that a large file is not written all the time. */
const REST = 4;
const LONGEST_REST = 30_000;

/** Calls `save` by the timing, and again after any save that failed, whoever asked for it. */
export class SaveTimer {
  readonly #save: () => void;
  readonly #timing: SaveTiming;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #failures = 0;
  /** Milliseconds there is no save after the last one. */
  #rest = 0;
  #ended = 0;
  /** How often it was stopped: a save under way then must not start it again. */
  #stops = 0;

  constructor(save: () => void, timing: SaveTiming = SAVE_TIMING) {
    this.#save = save;
    this.#timing = timing;
  }

  /** Something changed. */
  touch(): void {
    const now = performance.now();
    const rested = this.#ended + this.#rest;
    if (this.#timer === undefined) this.#due = Math.max(now + this.#timing.longest, rested);
    if (this.#failures > 0 && this.#timer !== undefined) return;
    this.#set(Math.min(Math.max(this.#timing.quiet, rested - now), Math.max(0, this.#due - now)));
  }

  /** A save begins; the answer is to be told how it ended, and the milliseconds that writing took. */
  begin(): (saved: boolean, took?: number) => void {
    const stops = this.#stops;
    return (saved, took = 0) => {
      this.#ended = performance.now();
      this.#rest = Math.min(took * REST, LONGEST_REST);
      if (this.#timer !== undefined && this.#rest > this.#timing.quiet) {
        this.#due = Math.max(this.#due, this.#ended + this.#rest);
        this.#set(this.#rest);
      }
      this.#failures = saved ? 0 : this.#failures + 1;
      const { first, longest } = this.#timing.retry;
      if (!saved && this.#timer === undefined && this.#stops === stops)
        this.#set(Math.min(first * 2 ** (this.#failures - 1), longest));
    };
  }

  stop(): void {
    this.#stops += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #set(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#save();
    }, wait);
  }
}
