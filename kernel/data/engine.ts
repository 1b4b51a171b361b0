import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type { KernelResults } from '@daybook/shared/ports/kernel-front';
import type { CancelSignal, EngineResult, QueryOptions } from '@daybook/shared/ports/run-context';
import type { JsonCell } from '@daybook/shared/results/bundle';
import type { Catalog, SqlAssist, SqlAssistRequest, SqlFunction } from '@daybook/shared/results/catalog';
import type {
  ResultColumn,
  ResultExportRequest,
  ResultSummary,
  ResultWindow,
  ResultWindowRequest,
} from '@daybook/shared/results/window';
import { quoteName, quoteText } from '@daybook/shared/sql/quote';
import type { SqlTables } from '@daybook/shared/sql/tables';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';
import { assist, readCatalog, readFunctions } from './catalog.ts';
import { ConnectionPool, interruptUntilDone, Queue } from './connections.ts';
import type { FilePlaces } from './files.ts';
import { plainColumns } from './plain-columns.ts';
import { readTables } from './query-tables.ts';
import { RESULTS_DATABASE, ResultStore, resultGone, type StoredResult } from './results.ts';
import { chunksOf, columnsOf, readRows } from './rows.ts';
import { type FindTable, type Outcome, Session, searchIn } from './session.ts';
import { defaultMemory, duckdbOptions, type EngineSettings, removeStaleTemp, tempFolderFor } from './settings.ts';
import { sqlError } from './sql-error.ts';
import { summarise } from './summary.ts';
import { loadTable } from './tables/load.ts';
import type { TablePayload } from './tables/payload.ts';
import type { ArrowOptions } from './thread.ts';

import { encodeArrow, readWindow } from './window.ts';

/** Rows up to which a result's column profiles come along with it. */
const SUMMARY_ROWS = 20_000;
const SUMMARY_CELLS = 500_000;
const MAX_RESULTS = 500;

export interface EngineOptions extends EngineSettings {
  readonly kernelId: string;
}

export interface EngineQuery extends Omit<QueryOptions, 'signal'> {
  /** Most rows of the last statement's, when it is a query. */
  readonly limit?: number;
  /** Names that `want` knows better than the engine: variables that took the name of a result. */
  readonly prefer?: readonly string[];
}

/** How a table of JavaScript values is kept; as in `QueryOptions`. */
export type Put = Pick<QueryOptions, 'name' | 'first'>;

/**
 * One DuckDB with the results of a kernel's cells. Scripts run one after the other on one
 * connection; results are read on others, also while a script runs.
 */
export class Engine implements KernelResults {
  private readonly instance: DuckDBInstance;
  private readonly session: Session;
  private readonly sessionConnection: DuckDBConnection;
  private readonly pool: ConnectionPool;
  private readonly store: ResultStore;
  private readonly tempFolder: string;
  private readonly places: FilePlaces;
  private readonly queue = new Queue();
  private readonly running = new Map<number, Task>();

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    options: EngineOptions & { nonce: string; tempFolder: string },
  ) {
    this.instance = instance;
    this.sessionConnection = connection;
    this.session = new Session(connection, options);
    this.pool = new ConnectionPool(instance);
    this.tempFolder = options.tempFolder;
    this.places = { cwd: options.cwd, workspace: options.workspace };
    this.store = new ResultStore(`${options.kernelId}.${options.nonce}`, {
      count: MAX_RESULTS,
      bytes: (options.memoryBytes ?? defaultMemory()) / 2,
    });
  }

  static async create(options: EngineOptions): Promise<Engine> {
    const nonce = randomBytes(4).toString('hex');
    const tempFolder = tempFolderFor(nonce);
    removeStaleTemp();
    const instance = await DuckDBInstance.create(':memory:', duckdbOptions(options, tempFolder));
    const connection = await instance.connect();
    await connection.run(`ATTACH ':memory:' AS ${RESULTS_DATABASE}`);
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await connection.run(searchIn(options.cwd));
    return new Engine(instance, connection, { ...options, nonce, tempFolder });
  }

  /** See `DataQueries.query`. `key` names the query for `cancel`. */
  query(sql: string, options: EngineQuery & { readonly want?: FindTable } = {}, key = -1): Promise<EngineResult> {
    const task: Task = { cancel: () => {} };
    this.running.set(key, task);
    return this.queue.run(async () => {
      if (!this.running.has(key)) throw new CancelledError('The query was interrupted before it began.');
      task.cancel = () => this.session.interrupt();
      try {
        return await this.runQuery(sql, options);
      } finally {
        this.running.delete(key);
      }
    });
  }

  /** Keeps a table of JavaScript values as a result. `key` names it for `cancel`. */
  put(payload: TablePayload, { name, first = 50 }: Put = {}, key = -1): Promise<EngineResult> {
    return this.cancellably(key, async (signal) => {
      const { id, table } = this.store.reserve();
      const start = performance.now();
      const place = { catalog: RESULTS_DATABASE, schema: 'main', table: plainName(table) };
      const throwIfCancelled = (): void => {
        if (signal.aborted) throw new CancelledError('The table was not read to its end.');
      };
      const collected = await this.pool.use(async (connection) => {
        await loadTable(connection, payload, { place, throwIfCancelled });
        return this.shown(connection, table, { first, rows: payload.rows, ended: performance.now() });
      });
      const head = { id, elapsed: collected.ended - start, rowsRead: undefined };
      return this.keep({ id, table }, head, { ...collected, name });
    });
  }

  /** Lets a result go; idempotent. A result that has a name stays. */
  async drop(id: string): Promise<void> {
    const gone = this.store.remove(id);
    if (gone !== undefined) await this.dropTable(gone.table);
  }

  /** Stops one query: at once when it runs, before it begins when it waits. */
  cancel(key: number): void {
    this.running.get(key)?.cancel();
    this.running.delete(key);
  }

  /** Stops every query; results stay readable. */
  interrupt(): void {
    for (const key of [...this.running.keys()]) this.cancel(key);
  }

  async window(request: ResultWindowRequest, signal?: CancelSignal): Promise<ResultWindow> {
    return this.read(request.id, (connection, result) => readWindow(connection, result, request), signal);
  }

  async summary(id: string, signal?: CancelSignal): Promise<ResultSummary> {
    return this.read(id, summarise, signal);
  }

  /** What SQL can name now; answered while a script runs, like all that helps to write SQL. */
  async catalog(signal?: CancelSignal): Promise<Catalog> {
    return this.pool.use((connection) => cancellable(connection, signal, () => readCatalog(connection, this.places)));
  }

  async functions(): Promise<readonly SqlFunction[]> {
    return this.pool.use(readFunctions);
  }

  async assist(request: SqlAssistRequest, signal?: CancelSignal): Promise<SqlAssist> {
    return this.pool.use((connection) =>
      cancellable(connection, signal, () => assist(connection, request, this.places)),
    );
  }

  async export({ id, format, path }: ResultExportRequest, signal?: CancelSignal): Promise<void> {
    const options = format === 'csv' ? 'FORMAT csv, HEADER true' : 'FORMAT parquet, COMPRESSION zstd';
    await this.read(
      id,
      async (connection, { table }) => {
        await connection.run(`COPY (SELECT * FROM ${table} ORDER BY rowid) TO ${quoteText(path)} (${options})`);
      },
      signal,
    );
  }

  /** What each query reads, by DuckDB's parser; null for what it does not read as a query. Runs nothing. */
  async tables(queries: readonly string[]): Promise<(SqlTables | null)[]> {
    return this.pool.use((connection) => readTables(connection, queries));
  }

  /** A result whole, as JavaScript likes its numbers; see plain-numbers.ts. */
  async arrow(idOrName: string, { as = 'table', most }: ArrowOptions = {}, key = -1): Promise<Uint8Array> {
    const work = async (connection: DuckDBConnection, result: StoredResult): Promise<Uint8Array> => {
      const columns = await plainColumns(connection, result, as);
      // Streamed: the rows are in memory once already.
      const rows = await connection.stream(`SELECT ${columns} FROM ${result.table} ORDER BY rowid`);
      return (await encodeArrow(rows, { rows: result.rows, ...(most === undefined ? {} : { most }) })).bytes;
    };
    return this.cancellably(key, (signal) => this.read(idOrName, work, signal));
  }

  private async cancellably<T>(key: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    if (key >= 0) this.running.set(key, { cancel: () => controller.abort() });
    try {
      return await work(controller.signal);
    } finally {
      this.running.delete(key);
    }
  }

  /** Ends what runs and frees everything, the folder of spilled data included. */
  async close(): Promise<void> {
    this.interrupt();
    await this.queue.idle();
    await this.pool.close();
    this.sessionConnection.closeSync();
    this.instance.closeSync();
    rmSync(this.tempFolder, { recursive: true, force: true });
  }

  private async runQuery(sql: string, options: EngineQuery & { readonly want?: FindTable }): Promise<EngineResult> {
    const { parameters = [], name, first = 50, keep = true, limit, want, prefer } = options;
    const { id, table } = this.store.reserve();
    const start = performance.now();
    const answer = await this.session
      .run(sql, { parameters, into: keep ? table : undefined, limit, want, prefer }, (outcome) =>
        this.collect(outcome, { table, first, keep }),
      )
      .catch(async (error: unknown) => {
        if (keep) await this.dropTable(table);
        throw error;
      });
    const head = { id, elapsed: answer.ended - start, rowsRead: undefined };
    if (!answer.tabular) return { ...head, ...answer, columns: [], first: [], summary: undefined };
    const { columns, rows, first: shown } = answer;
    if (!keep) return { ...head, columns, rows, first: shown, summary: undefined, tabular: true };
    return this.keep({ id, table }, head, { columns, rows, first: shown, name });
  }

  private async keep(
    { id, table }: { readonly id: string; readonly table: string },
    head: Pick<EngineResult, 'id' | 'elapsed' | 'rowsRead'>,
    { columns, rows, first, name }: Pick<EngineResult, 'columns' | 'rows' | 'first'> & { name: string | undefined },
  ): Promise<EngineResult> {
    const stored: StoredResult = {
      id,
      table,
      columns,
      rows,
      bytes: estimateBytes(columns, rows, first),
      totals: new Map(),
    };
    if (name !== undefined) await this.giveName(name, stored);
    for (const gone of this.store.add(stored)) await this.dropTable(gone.table);
    return { ...head, columns, rows, first, summary: await this.cheapSummary(stored), tabular: true };
  }

  /** Reads what a script answered; its rows end up in `table` when they are to be kept. */
  private async collect(
    outcome: Outcome,
    { table, first, keep }: { readonly table: string; readonly first: number; readonly keep: boolean },
  ): Promise<Collected> {
    if (outcome.kind === 'changed') return { tabular: false, rows: outcome.rows, ended: performance.now() };
    if (outcome.kind === 'rows' && !keep) {
      const columns = columnsOf(outcome.result);
      const read = await readRows(outcome.result, first);
      return { tabular: true, columns, ...read, ended: performance.now() };
    }
    const rows =
      outcome.kind === 'stored'
        ? outcome.rows
        : await this.pool.use((connection) => copyRows(connection, outcome.result, table));
    const ended = performance.now();
    return this.pool.use((connection) => this.shown(connection, table, { first, rows, ended }));
  }

  private async shown(
    connection: DuckDBConnection,
    table: string,
    { first, rows, ended }: { readonly first: number; readonly rows: number; readonly ended: number },
  ): Promise<Collected & { readonly tabular: true }> {
    const head = await connection.run(`SELECT * FROM ${table} WHERE rowid < ${first} ORDER BY rowid`);
    const shown = await readRows(head, first);
    return { tabular: true, columns: columnsOf(head), first: shown.first, rows, ended };
  }

  private async giveName(name: string, result: StoredResult): Promise<void> {
    try {
      await this.pool.use((connection) =>
        connection.run(`CREATE OR REPLACE VIEW memory.main.${quoteName(name)} AS SELECT * FROM ${result.table}`),
      );
    } catch (error) {
      await this.dropTable(result.table);
      if (!/Existing object .* is of type Table/.test(String(error))) throw sqlError(error, '');
      throw new DaybookError(
        'name_taken',
        `A table “${name}” was created with CREATE TABLE and would be hidden by this result.`,
        {
          action: `Give the result another name, or run DROP TABLE ${quoteName(name)} first.`,
          cause: error,
        },
      );
    }
    this.store.setName(name, result.id);
  }

  private async cheapSummary(result: StoredResult): Promise<ResultSummary | undefined> {
    if (result.rows > SUMMARY_ROWS || result.rows * result.columns.length > SUMMARY_CELLS) return undefined;
    return this.pool.use((connection) => summarise(connection, result));
  }

  private async read<T>(
    idOrName: string,
    work: (connection: DuckDBConnection, result: StoredResult) => Promise<T>,
    signal?: CancelSignal,
  ): Promise<T> {
    const result = this.store.get(idOrName);
    try {
      return await this.pool.use((connection) => cancellable(connection, signal, () => work(connection, result)));
    } catch (error) {
      if (/Table with name r\d+ does not exist/.test(String(error))) throw resultGone(idOrName);
      throw sqlError(error, '');
    }
  }

  private async dropTable(table: string): Promise<void> {
    await this.pool.use((connection) => connection.run(`DROP TABLE IF EXISTS ${table}`));
  }
}

/** Interrupts the connection's query when `signal` aborts while `work` runs. */
async function cancellable<T>(
  connection: DuckDBConnection,
  signal: CancelSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal?.aborted === true) throw new CancelledError('The request was cancelled.');
  let done: Disposer | undefined;
  const stop = (): void => {
    done = interruptUntilDone(connection);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', stop);
    done?.();
  }
}

/** Something that runs and can be stopped. */
interface Task {
  cancel(): void;
}

type Collected =
  | { readonly tabular: false; readonly rows: number; readonly ended: number }
  | {
      readonly tabular: true;
      readonly columns: readonly ResultColumn[];
      readonly rows: number;
      readonly first: JsonCell[][];
      readonly ended: number;
    };

/** Copies rows that no `CREATE TABLE … AS` could take (EXPLAIN, CALL, RETURNING) into a new table; their number. */
async function copyRows(connection: DuckDBConnection, result: DuckDBResult, table: string): Promise<number> {
  const types = result.columnTypes();
  const columns = columnsOf(result).map(({ name }, index) => `${quoteName(name)} ${String(types[index])}`);
  await connection.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
  const appender = await connection.createAppender(plainName(table), 'main', RESULTS_DATABASE);
  let rows = 0;
  for await (const chunk of chunksOf(result)) {
    appender.appendDataChunk(chunk);
    rows += chunk.rowCount;
  }
  appender.closeSync();
  return rows;
}

/** The last part of a qualified name, without its quotes. */
function plainName(table: string): string {
  return /"([^"]+)"$/.exec(table)?.[1] ?? table;
}

/** Memory a result takes, from its types and the text in its first rows. */
function estimateBytes(
  columns: readonly ResultColumn[],
  rows: number,
  first: readonly (readonly JsonCell[])[],
): number {
  const sample = Math.max(1, first.length);
  let width = 0;
  for (const [index] of columns.entries()) {
    let text = 0;
    for (const row of first) {
      const cell = row[index];
      text += cell === null || typeof cell !== 'object' ? String(cell).length : JSON.stringify(cell).length;
    }
    width += 8 + text / sample;
  }
  return Math.ceil(rows * width);
}
