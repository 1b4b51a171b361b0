// Data in cells. `ArrowTable` and `ArqueroTable` are in libraries.d.ts.

/** A query that runs when its rows are asked for. Values are bound; relations and tables may stand in it. */
interface Relation {
  /** All rows as objects of plain values, or the first `limit`. */
  rows(limit?: number): Promise<Record<string, unknown>[]>;
  /** An Arrow table of all rows. */
  arrow(): Promise<ArrowTable>;
  /** An arquero table of all rows. */
  aq(): Promise<ArqueroTable>;
  /** Runs it and keeps the rows under a name, for SQL, charts and TypeScript. */
  table(name: string): Promise<Relation>;
  /** A chart of the rows; the keys are those of a `%%chart` cell. */
  plot(spec: object): object;
  /** How many rows it has. */
  count(): Promise<number>;
  /** Names and SQL types of its columns; no row is read. */
  columns(): Promise<readonly { readonly name: string; readonly type: string }[]>;
}

/** SQL over files, results and tables of this notebook; what is filled in is bound as a value. */
declare const sql: {
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Relation;
  /** A name in the SQL, quoted where needed. */
  name(...parts: readonly string[]): unknown;
};

/** What a chart shows: columns by name, or computed from one as in `sum(amount)`. */
interface PlotOptions {
  readonly x?: string;
  readonly y?: string;
  readonly colour?: string;
  readonly title?: string;
  readonly sort?: 'x' | 'y' | '-x' | '-y';
  readonly limit?: number;
  readonly unit?: string;
}

/** Charts of any table. */
declare const Plot: Readonly<
  Record<
    'line' | 'bar' | 'area' | 'scatter' | 'histogram' | 'pie' | 'box' | 'heatmap',
    (data: unknown, options?: PlotOptions) => object
  >
> & {
  /** A figure of plotly's own. */
  figure(data: readonly object[], layout?: object): object;
};

/** Shows rows as a result that pages all of them; with a name, SQL and charts know them by it. */
declare function table(rows: unknown, options?: { name?: string }): Promise<void>;

interface ProgressBar {
  tick(by?: number): void;
  set(count: number): void;
  done(): void;
}

/** Goes through `items` and shows how far it is. */
declare function progress<T>(items: Iterable<T>, options?: { label?: string; total?: number }): Iterable<T>;
declare function progress<T>(items: AsyncIterable<T>, options?: { label?: string; total?: number }): AsyncIterable<T>;
/** A bar that is moved by hand. */
declare function progress(total?: number, options?: { label?: string; total?: number }): ProgressBar;
