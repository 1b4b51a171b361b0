import type { NotebookCell } from './notebook-cells.ts';

/** Rest after the last word of a notebook's cells, or after the executor's start, in ms. */
const REST_MS = 300;

/** A cell that is not in plain TypeScript, or one that names what works with data. */
const DATA = /^\s*%%|\b(?:sql|Plot|table|arrow|aq|dfd)\b/;

/**
 * Has the data engine started ahead of its first use, in a notebook whose cells will want it. It
 * takes 90 MB of memory, which a notebook without data does not pay.
 */
export class DataAhead {
  readonly #prepare: () => void;
  #ready = false;
  #expected = false;
  #ran = false;
  #timer: NodeJS.Timeout | undefined;

  /** `prepare` is called at most once for each executor that became ready. */
  constructor(prepare: () => void) {
    this.#prepare = prepare;
  }

  /** The executor is ready. */
  ready(): void {
    this.#ready = true;
    this.#soon();
  }

  /** The executor is gone, or is prepared already. */
  stop(): void {
    this.#ready = false;
    clearTimeout(this.#timer);
  }

  /** Whether the cells of the notebook, or what was run, work with data. */
  get expected(): boolean {
    return this.#expected || this.#ran;
  }

  /** This was run. Data that it works with starts the engine by itself. */
  ran(source: string): void {
    this.#ran ||= DATA.test(source);
  }

  /** The notebook's code cells as they stand now. */
  cells(cells: readonly NotebookCell[]): void {
    this.#expected = cells.some(({ source }) => DATA.test(source));
    this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    if (!this.#ready || !this.#expected) return;
    this.#timer = setTimeout(() => {
      this.stop();
      this.#prepare();
    }, REST_MS);
    this.#timer.unref();
  }
}
