export interface PaceLimits {
  /** Each second that many frames and bytes come free again. */
  readonly frames: number;
  readonly bytes: number;
  /** What may come at once after a rest, in seconds' worth. */
  readonly burst: number;
}

/** Far above what people and their editors send, far below what keeps a server busy. */
const PACE: PaceLimits = { frames: 400, bytes: 4 << 20, burst: 5 };

/** A bucket of tokens: how much one client may send, and how long it has to wait after too much. */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #now: () => number;
  #debt = { frames: 0, bytes: 0 };
  #at: number;

  constructor(limits: PaceLimits = PACE, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#at = now();
  }

  /** Counts what was sent; answers the milliseconds until more may come, usually 0. */
  spend(frames: number, bytes: number): number {
    const { burst } = this.#limits;
    const now = this.#now();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    const wait = (key: 'frames' | 'bytes', spent: number) => {
      this.#debt[key] = Math.max(0, this.#debt[key] - seconds * this.#limits[key]) + spent;
      return Math.max(0, ((this.#debt[key] - burst * this.#limits[key]) * 1000) / this.#limits[key]);
    };
    return Math.ceil(Math.max(wait('frames', frames), wait('bytes', bytes)));
  }
}
