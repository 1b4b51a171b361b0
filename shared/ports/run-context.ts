import type { JsonCell } from '../results/bundle.ts';
import type { ResultColumn, ResultSummary } from '../results/window.ts';

/**
 * What a cell kind may use while it runs in the kernel. The kind decides what a cell means; the
 * kernel decides how values, tables and outputs live.
 */
export interface RunContext {
  readonly data: DataQueries;
  /** The notebook variable of this name, evaluated now; `no_such_variable` when there is none. */
  variable(name: string): Promise<unknown>;
  /** Makes a result visible to later cells: a table in SQL, an Arrow table in TypeScript. */
  nameResult(name: string, result: EngineResult): Promise<void>;
  display(data: Record<string, unknown>, metadata?: Record<string, unknown>): void;
  /** Aborted by an interrupt. */
  readonly signal: CancelSignal;
  now(): number;
}

/** The part of the data engine that cell kinds use. */
export interface DataQueries {
  /**
   * Runs SQL text (one or more statements; the last one's rows are the result) with `$1…$n` bound
   * to `parameters`. Keeps the result whole in the engine under an id. With `name`, later SQL sees
   * it as a table of that name. Errors: `sql_error` (message, and the line where known),
   * `data_file_missing`; an interrupt rejects with CancelledError.
   */
  query(sql: string, options?: QueryOptions): Promise<EngineResult>;
}

export interface QueryOptions {
  readonly parameters?: readonly unknown[];
  readonly name?: string;
  readonly signal?: CancelSignal;
  /** Rows to bring back at once as JSON; default 50. Charts take all of theirs. */
  readonly first?: number;
  /** False for rows that nobody pages later (charts): nothing is kept. Default true. */
  readonly keep?: boolean;
}

export interface EngineResult {
  readonly id: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  readonly first: readonly (readonly JsonCell[])[];
  /** Milliseconds. */
  readonly elapsed: number;
  readonly rowsRead: number | undefined;
  readonly summary: ResultSummary | undefined;
  /** False for statements without rows (CREATE, INSERT …); then `rows` counts changed rows. */
  readonly tabular: boolean;
}

/** The part of `AbortSignal` that is needed; shared code knows neither DOM nor Node. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
