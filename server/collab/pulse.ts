/** Milliseconds after which a writer who wrote nothing more is none. */
const REST = 1_000;

/** As many people as type without noticing each other’s commits. */
const FEW = 2;

/** From so many listeners on a commit costs more to tell than to make. */
const MANY_LISTENERS = 32;

/**
 * How long a room gathers what is written before it commits it. With one or two writers not at all:
 * they wait for nobody. With more, every commit less is a frame less for everybody in the room, and
 * nobody sees the difference of a few milliseconds.
 */
export class Pulse<Writer> {
  readonly #now: () => number;
  #since = 0;
  /** Who wrote in this span of time, and how many in the one before. */
  #writers = new Set<Writer>();
  #before = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** These have written. */
  saw(writers: readonly Writer[]): void {
    this.#turn();
    for (const writer of writers) this.#writers.add(writer);
  }

  /** Milliseconds to gather, with so many who listen. */
  window(listeners: number): number {
    this.#turn();
    if (Math.max(this.#writers.size, this.#before) <= FEW) return 0;
    return listeners > MANY_LISTENERS ? 15 : 10;
  }

  #turn(): void {
    const past = this.#now() - this.#since;
    if (past < REST) return;
    this.#before = past < 2 * REST ? this.#writers.size : 0;
    this.#writers = new Set();
    this.#since = this.#now();
  }
}
