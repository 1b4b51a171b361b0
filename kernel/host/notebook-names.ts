import { setImmediate } from 'node:timers/promises';
import { type CellNames, NO_NAMES, sameNames, UNKNOWN_NAMES } from '@daybook/shared/graph/names';
import type { NotebookCell } from './notebook-cells.ts';

/** The names in a source; undefined when it is not valid. */
export type NamesOfSource = (source: string) => Promise<CellNames | undefined>;

/** How long to wait for names before a source counts as unknown for now, in ms. */
const PATIENCE_MS = 3_000;
/** Cells read in one go before others have their turn: each takes a fraction of a millisecond. */
const AT_ONCE = 20;
/** Sources remembered beyond those of the notebook. */
const SPARE = 500;

/** The names of a notebook's cells, each source read once. Never rejects. */
export class NotebookNames {
  readonly #read: NamesOfSource;
  readonly #late: () => void;
  readonly #known = new Map<string, CellNames | undefined>();
  readonly #asked = new Map<string, Promise<CellNames | undefined>>();
  readonly #valid = new Map<string, CellNames>();

  /** `late` is called when names are known that were given as unknown before. */
  constructor(read: NamesOfSource, late: () => void) {
    this.#read = read;
    this.#late = late;
  }

  /** While a source is not valid, as when it is being typed, the cell keeps the names it had. */
  async of({ id, source }: NotebookCell): Promise<CellNames> {
    const names = this.#known.has(source) ? this.#known.get(source) : await this.#inTime(source);
    if (names === undefined) return this.#valid.get(id) ?? NO_NAMES;
    if (names === UNKNOWN_NAMES) return names;
    const before = this.#valid.get(id);
    // The same object as long as the names are the same: then nothing needs to be linked anew.
    if (before !== undefined && sameNames(before, names)) return before;
    this.#valid.set(id, names);
    return names;
  }

  async all(cells: readonly NotebookCell[]): Promise<CellNames[]> {
    const asked: Promise<unknown>[] = [];
    for (const { source } of cells) {
      if (this.#known.has(source)) continue;
      asked.push(this.#inTime(source));
      if (asked.length % AT_ONCE === 0) await setImmediate();
    }
    await Promise.all(asked);
    const names = await Promise.all(cells.map((cell) => this.of(cell)));
    this.#forget(cells);
    return names;
  }

  #ask(source: string): Promise<CellNames | undefined> {
    const asked = this.#asked.get(source);
    if (asked !== undefined) return asked;
    const names = this.#read(source)
      .then((read) => {
        this.#known.set(source, read);
        return read;
      })
      // What could not be asked may be answered the next time.
      .catch(() => UNKNOWN_NAMES)
      .finally(() => this.#asked.delete(source));
    this.#asked.set(source, names);
    return names;
  }

  async #inTime(source: string): Promise<CellNames | undefined> {
    const names = this.#ask(source);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CellNames>((resolve) => {
      timer = setTimeout(() => {
        resolve(UNKNOWN_NAMES);
        void names.then(this.#late);
      }, PATIENCE_MS);
      timer.unref();
    });
    try {
      return await Promise.race([names, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #forget(cells: readonly NotebookCell[]): void {
    if (this.#known.size <= cells.length + SPARE) return;
    const sources = new Set(cells.map(({ source }) => source));
    for (const source of this.#known.keys()) if (!sources.has(source)) this.#known.delete(source);
    const ids = new Set(cells.map(({ id }) => id));
    for (const id of this.#valid.keys()) if (!ids.has(id)) this.#valid.delete(id);
  }
}
