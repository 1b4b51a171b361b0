import { DaybookError } from '@daybook/shared/errors/error';
import type { JsonCell, ResultBundle } from '@daybook/shared/results/bundle';
import type { ResultSummary } from '@daybook/shared/results/window';
import { jsonBlock, type RowBlock } from './block.ts';
import { queryLocally } from './local.ts';
import { type GridQuery, isNeutral, NEUTRAL } from './query.ts';
import type { ResultSource } from './source.ts';
import { WindowCache } from './windows.ts';

/** Rows asked for at once. */
export const WINDOW = 250;

/** Something the grid has to say to its reader, above the footer. */
export interface Notice {
  readonly tone: 'info' | 'error';
  readonly text: string;
  /** Does again what failed. */
  readonly retry?: () => void;
}

export interface GridModelOptions {
  readonly bundle: ResultBundle;
  /** Without one, only the bundle's own rows can be shown. */
  readonly source: ResultSource | undefined;
  /** Called after anything readable here changed; may be called several times in one turn. */
  readonly onChange: () => void;
}

const GONE = 'The kernel no longer holds the full result: run the cell again to page and sort.';

/**
 * What a grid shows, without the drawing: rows by position under the current sort and filter.
 * The bundle's first rows answer as long as nothing is sorted, filtered or beyond them; the rest
 * comes in windows from the source. Once the source says the result is gone, what is here remains.
 */
export class GridModel {
  readonly bundle: ResultBundle;
  readonly #source: ResultSource | undefined;
  readonly #onChange: () => void;
  readonly #first: RowBlock;
  #query: GridQuery = NEUTRAL;
  #total: number;
  #local: RowBlock | undefined;
  #windows: WindowCache<RowBlock>;
  #pending: { readonly query: GridQuery; readonly controller: AbortController } | undefined;
  #notice: Notice | undefined;
  #gone = false;
  #answered = false;
  #summary: ResultSummary | undefined;
  #summaryAsked = false;
  readonly #life = new AbortController();

  constructor({ bundle, source, onChange }: GridModelOptions) {
    this.bundle = bundle;
    this.#source = source;
    this.#onChange = onChange;
    this.#first = jsonBlock(bundle.first);
    this.#total = bundle.rows;
    this.#summary = bundle.summary;
    this.#gone = source === undefined;
    this.#windows = this.#cache(NEUTRAL);
  }

  /** The query on its way if there is one, else the one whose rows are shown. */
  get query(): GridQuery {
    return this.#pending?.query ?? this.#query;
  }

  /** A sort or filter is being worked out; the rows shown are still the former ones. */
  get pending(): boolean {
    return this.#pending !== undefined;
  }

  /** Rows that match the filter. */
  get total(): number {
    return this.#total;
  }

  /** Rows that can be scrolled to: fewer than `total` once the result is gone. */
  get reach(): number {
    return this.#gone && this.#local === undefined ? Math.min(this.#total, this.#first.count) : this.#total;
  }

  get summary(): ResultSummary | undefined {
    return this.#summary;
  }

  get notice(): Notice | undefined {
    if (this.#notice !== undefined) return this.#notice;
    const failure = this.#windows.failure;
    return failure === undefined
      ? undefined
      : {
          tone: 'error',
          text: `These rows could not be loaded. ${sentence(failure.error)}`,
          retry: () => this.retry(),
        };
  }

  /** The full result can be asked for. */
  get holds(): boolean {
    return !this.#gone;
  }

  /** The source has answered at least once, so a kernel is there. */
  get answered(): boolean {
    return this.#answered;
  }

  get loading(): boolean {
    return this.#windows.busy > 0;
  }

  /** A cell, or `undefined` while its window is not here. */
  cell(row: number, column: number): JsonCell | undefined {
    const local = this.#local;
    if (local !== undefined) return local.cell(row, column);
    if (row < this.#first.count && isNeutral(this.#query)) return this.#first.cell(row, column);
    const window = this.#windows.get(Math.floor(row / WINDOW));
    const at = row % WINDOW;
    return window === undefined || at >= window.count ? undefined : window.cell(at, column);
  }

  /**
   * Says which rows are on screen (`last` exclusive) and which way the reader moves (−1, 0, 1).
   * Missing windows are asked for, then the next one that way; others on their way are cancelled.
   */
  need(first: number, last: number, direction: number): void {
    if (this.#gone || this.#local !== undefined || this.#source === undefined) return;
    const here = isNeutral(this.#query) ? this.#first.count : 0;
    const wanted: number[] = [];
    const add = (index: number): void => {
      if (index < 0 || index * WINDOW >= this.#total || Math.min((index + 1) * WINDOW, this.#total) <= here) return;
      if (!wanted.includes(index)) wanted.push(index);
    };
    for (let row = Math.max(first, here); row < last; row = (Math.floor(row / WINDOW) + 1) * WINDOW)
      add(Math.floor(row / WINDOW));
    if (direction !== 0)
      add(direction > 0 ? Math.floor(Math.max(last, first + 1) / WINDOW) + 1 : Math.floor(first / WINDOW) - 1);
    this.#windows.want(wanted);
  }

  /** Sorts and filters; resolves when its rows are shown or the failure is told in `notice`. */
  async apply(query: GridQuery): Promise<void> {
    this.#pending?.controller.abort();
    this.#pending = undefined;
    this.#notice = undefined;
    if (isNeutral(query)) {
      this.#show(query, this.bundle.rows);
      return;
    }
    if (this.#gone || this.#source === undefined) {
      this.#fallBack(query);
      return;
    }
    const pending = { query, controller: new AbortController() };
    this.#pending = pending;
    this.#onChange();
    try {
      const answer = await this.#source.window(query, 0, WINDOW, pending.controller.signal);
      if (this.#pending !== pending) return;
      this.#pending = undefined;
      this.#answered = true;
      this.#show(query, answer.total, answer.rows);
    } catch (error) {
      if (this.#pending !== pending) return;
      this.#pending = undefined;
      this.#refuse(error, query);
    }
  }

  /** Asks again for what failed. */
  retry(): void {
    this.#notice = undefined;
    this.#windows.retry();
    this.#onChange();
  }

  /** Fetches the column profiles unless they are here; their lack is no failure of the table. */
  async loadSummary(): Promise<void> {
    if (this.#summaryAsked || this.#summary !== undefined || this.#gone || this.#source === undefined) return;
    this.#summaryAsked = true;
    try {
      this.#summary = await this.#source.summary(this.#life.signal);
    } catch {
      // The header then shows types alone: the reader asked for rows, not for profiles.
      return;
    }
    if (!this.#life.signal.aborted) this.#onChange();
  }

  /** Rows `[first, last)` as cells, fetching what is missing; for copies. */
  async read(first: number, last: number): Promise<JsonCell[][]> {
    const rows: JsonCell[][] = [];
    for (let row = first; row < last; row += 1) {
      if (this.cell(row, 0) === undefined) await this.#fetch(Math.floor(row / WINDOW));
      rows.push(this.bundle.columns.map((_, column) => this.cell(row, column) ?? null));
    }
    return rows;
  }

  /** Address of the whole result as a file; throws `DaybookError` when the kernel no longer has it. */
  async exportUrl(format: 'csv' | 'parquet'): Promise<string> {
    if (this.#source === undefined || this.#gone) throw new DaybookError('result_gone', GONE, { status: 410 });
    // A download that fails would leave a file with an error in it: ask for a row first.
    await this.#source.window(NEUTRAL, 0, 1, this.#life.signal);
    return this.#source.exportUrl(format);
  }

  /** Tells of something that failed outside (a download), as `apply` would. */
  report(error: unknown): void {
    this.#refuse(error, undefined);
  }

  dispose(): void {
    this.#life.abort();
    this.#pending?.controller.abort();
    this.#pending = undefined;
    this.#windows.dispose();
  }

  async #fetch(index: number): Promise<void> {
    if (this.#source === undefined) throw new DaybookError('result_gone', GONE, { status: 410 });
    const answer = await this.#source.window(this.#query, index * WINDOW, WINDOW, this.#life.signal);
    this.#windows.put(index, answer.rows);
  }

  #show(query: GridQuery, total: number, rows?: RowBlock): void {
    this.#windows.dispose();
    this.#query = query;
    this.#total = total;
    this.#local = undefined;
    this.#windows = this.#cache(query);
    if (rows !== undefined) this.#windows.put(0, rows);
    this.#onChange();
  }

  #fallBack(query: GridQuery): void {
    if (this.#first.count >= this.bundle.rows) {
      const rows = queryLocally(this.bundle.first, this.bundle.columns, query);
      this.#show(query, rows.length);
      this.#local = jsonBlock(rows);
    } else {
      this.#show(NEUTRAL, this.bundle.rows);
      this.#notice = { tone: 'info', text: GONE };
    }
    this.#onChange();
  }

  #refuse(error: unknown, query: GridQuery | undefined): void {
    if (isGone(error)) {
      this.#gone = true;
      if (query !== undefined) {
        this.#fallBack(query);
        return;
      }
      this.#show(NEUTRAL, this.bundle.rows);
      this.#notice = { tone: 'info', text: GONE };
    } else {
      const retry = query === undefined ? {} : { retry: () => void this.apply(query) };
      this.#notice = { tone: 'error', text: sentence(error), ...retry };
    }
    this.#onChange();
  }

  #cache(query: GridQuery): WindowCache<RowBlock> {
    const cache: WindowCache<RowBlock> = new WindowCache({
      load: async (index, signal) => {
        if (this.#source === undefined) throw new DaybookError('result_gone', GONE, { status: 410 });
        const answer = await this.#source.window(query, index * WINDOW, WINDOW, signal);
        this.#answered = true;
        return answer.rows;
      },
      onChange: () => {
        if (cache !== this.#windows) return;
        if (isGone(cache.failure?.error)) this.#refuse(cache.failure?.error, undefined);
        else this.#onChange();
      },
    });
    return cache;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof DaybookError && (error.code === 'result_gone' || error.status === 410);
}

function sentence(error: unknown): string {
  if (error instanceof DaybookError)
    return error.action === undefined ? error.message : `${error.message} ${error.action}`;
  return error instanceof Error ? error.message : String(error);
}
