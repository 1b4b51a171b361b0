import type { Plan } from './plan.ts';

/**
 * A plan being carried out by somebody else: asks for the next cell and is told how it went. It
 * ends: every cell is given out at most once.
 */
export class Chain {
  readonly #plan: Plan;
  readonly #out = new Set<string>();
  #at = 0;
  #begun = 0;
  #stopped = false;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get length(): number {
    return this.#plan.length;
  }

  /** How many cells were begun. */
  get begun(): number {
    return this.#begun;
  }

  /** The next cell to run; undefined at the end. Cells that read from one that failed are passed over. */
  next(): string | undefined {
    while (!this.#stopped) {
      const step = this.#plan[this.#at];
      if (step === undefined) return undefined;
      this.#at += 1;
      if (step.after.some((id) => this.#out.has(id))) {
        this.#out.add(step.id);
        continue;
      }
      this.#begun += 1;
      return step.id;
    }
    return undefined;
  }

  /** The cell could not run or failed: what depends on it is left out. */
  failed(id: string): void {
    this.#out.add(id);
  }

  /** Nothing more is given out. */
  stop(): void {
    this.#stopped = true;
  }
}
