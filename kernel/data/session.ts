import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { CancelledError, DaybookError, type SourcePlace } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import { quoteName, quoteText } from '@daybook/shared/sql/quote';
import { leadingWord, type SqlStatement, splitStatements, sqlPieces } from '@daybook/shared/sql/tokens';
import {
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  ResultReturnType,
  StatementType,
} from '@duckdb/node-api';
import { interruptUntilDone } from './connections.ts';
import { type FilePlaces, findDataFile, missingFile } from './files.ts';
import { bindParameters, ownParameters } from './parameters.ts';
import { readRows, selectRows } from './rows.ts';
import { sqlError } from './sql-error.ts';
import { loadTable } from './tables/load.ts';
import type { WantedTable } from './thread.ts';
import { fromWireError } from './wire-error.ts';

/** Statements that `CREATE TABLE … AS` takes as they are. */
const QUERY_WORDS = new Set(['SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE', 'PIVOT', 'UNPIVOT']);

/** Knows variables as tables, by name. */
export type FindTable = (name: string) => Promise<WantedTable>;

/** How a script runs. */
export interface ScriptOptions {
  readonly parameters: readonly unknown[];
  /** Table for the rows of the last statement. */
  readonly into: string | undefined;
  readonly limit?: number | undefined;
  readonly want?: FindTable | undefined;
  readonly prefer?: readonly string[] | undefined;
}

/** Names that stand for files and variables while a script runs. */
interface Sight {
  readonly names: Map<string, 'VIEW' | 'TABLE'>;
  readonly want: FindTable | undefined;
}

/** What became of the last statement of a script. */
export type Outcome =
  /** Its rows are in the table that was asked for. */
  | { readonly kind: 'stored'; readonly rows: number }
  /** Its rows are here, to be read before the next statement runs. */
  | { readonly kind: 'rows'; readonly result: DuckDBResult }
  | { readonly kind: 'changed'; readonly rows: number };

/**
 * The connection on which the user's SQL runs, one script at a time: what a cell sets, attaches
 * or creates temporarily is there for the next one.
 */
export class Session {
  private readonly connection: DuckDBConnection;
  private readonly places: FilePlaces;
  private running = false;
  private stopInterrupting: Disposer | undefined;
  private inTransaction = false;
  private searchesWorkspace = false;
  private script = '';

  constructor(connection: DuckDBConnection, places: FilePlaces) {
    this.connection = connection;
    this.places = places;
  }

  /** Stops the running script; it rejects with CancelledError. */
  interrupt(): void {
    if (!this.running) return;
    this.stopInterrupting ??= interruptUntilDone(this.connection);
  }

  /**
   * Runs a script. The rows of its last statement go into the table `into` where that is
   * possible in one step. `read` gets the outcome while files that were found by name are in
   * sight.
   */
  async run<T>(sql: string, options: ScriptOptions, read: (outcome: Outcome) => Promise<T>): Promise<T> {
    const statements = splitStatements(sql);
    const last = statements.at(-1);
    if (last === undefined) throw new DaybookError('sql_empty', 'There is no SQL statement to run.');
    const sight: Sight = { names: new Map(), want: options.want };
    this.running = true;
    this.script = sql;
    try {
      for (const name of options.prefer ?? []) await this.showVariable(sight, name);
      for (const statement of statements.slice(0, -1)) {
        await this.withTables(sight, statement, () => this.execute(sql, statement, options.parameters));
      }
      const outcome = await this.withTables(sight, last, () => this.finish(sql, last, options));
      const value = await read(outcome);
      if (this.inTransaction) throw openTransaction();
      return value;
    } catch (error) {
      throw sqlError(error, sql);
    } finally {
      this.running = false;
      this.stopInterrupting?.();
      this.stopInterrupting = undefined;
      await this.restore(sight);
    }
  }

  private async finish(
    sql: string,
    statement: SqlStatement,
    { parameters, into, limit }: ScriptOptions,
  ): Promise<Outcome> {
    if (into !== undefined && !this.inTransaction && QUERY_WORDS.has(leadingWord(statement.text))) {
      const rows = await this.store(sql, statement, { parameters, into, limit });
      if (rows !== undefined) return { kind: 'stored', rows };
    }
    const { result, type } = await this.execute(sql, statement, parameters, into === undefined);
    if (result.columnCount === 0 || type === undefined) return { kind: 'changed', rows: result.rowsChanged };
    return returnsRows(result, type) ? { kind: 'rows', result } : { kind: 'changed', rows: result.rowsChanged };
  }

  /** How many rows were stored; undefined when `CREATE TABLE … AS` does not take the statement. */
  private async store(
    sql: string,
    statement: SqlStatement,
    { parameters, into, limit }: Pick<ScriptOptions, 'parameters' | 'limit'> & { readonly into: string },
  ): Promise<number | undefined> {
    const query = inPlace(sql, statement);
    const text =
      limit === undefined
        ? `CREATE TABLE ${into} AS\n${query}`
        : `CREATE TABLE ${into} AS SELECT * FROM (\n${query}\n) LIMIT ${limit}`;
    this.throwIfCancelled();
    try {
      const counted =
        parameters.length === 0
          ? await this.connection.run(text)
          : await this.prepared(text, parameters, (prepared) => prepared.run());
      const { first } = await readRows(counted, 1);
      return Number(first[0]?.[0]);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('Parser Error')) return undefined;
      throw sqlError(error, sql, 1);
    }
  }

  private async execute(
    sql: string,
    statement: SqlStatement,
    parameters: readonly unknown[],
    stream = false,
  ): Promise<{ readonly result: DuckDBResult; readonly type: StatementType | undefined }> {
    this.throwIfCancelled();
    const text = inPlace(sql, statement);
    const word = leadingWord(statement.text);
    // PIVOT is several statements in one, which only the plain way of running knows.
    if (word === 'PIVOT') return { result: await this.connection.run(text), type: StatementType.SELECT };
    const found = await this.prepared(text, parameters, async (prepared) => ({
      type: prepared.statementType,
      result: await (stream ? prepared.stream() : prepared.run()),
    }));
    if (found.type === StatementType.TRANSACTION) this.inTransaction = word === 'BEGIN' || word === 'START';
    return found;
  }

  private async prepared<T>(
    text: string,
    parameters: readonly unknown[],
    work: (prepared: DuckDBPreparedStatement) => Promise<T>,
  ): Promise<T> {
    const own = ownParameters(text, parameters);
    const prepared = await this.connection.prepare(own.text);
    try {
      bindParameters(prepared, own.values);
      return await work(prepared);
    } finally {
      prepared.destroySync();
    }
  }

  /**
   * Runs `work`; for each table it does not find, puts the data file or else the variable of that
   * name in sight and tries again. Binding fails before anything has run, so nothing happens twice.
   */
  private async withTables<T>(sight: Sight, statement: SqlStatement, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const missing = missingTable(error);
        if (missing === undefined) throw error;
        if (missing.path && !this.searchesWorkspace && this.places.workspace !== this.places.cwd) {
          this.refuseTwoFolders(missing.name);
          this.searchesWorkspace = true;
          await this.connection.run(searchIn(this.places.workspace));
          continue;
        }
        const { name } = missing;
        const { place } = sqlError(error, this.script) as Partial<DaybookError>;
        const fresh = !missing.path && !sight.names.has(name);
        const file = fresh ? findDataFile(name, this.places) : undefined;
        if (file !== undefined) {
          await this.connection.run(`CREATE TEMP VIEW ${quoteName(name)} AS ${file.select}`);
          sight.names.set(name, 'VIEW');
        } else if (!fresh || !(await this.showVariable(sight, name, { statement, place }))) {
          throw missingFile({ name, place, tables: await this.tables() }, this.places);
        }
      }
    }
  }

  /** Puts a variable in sight as a table; false when there is none of that name. */
  private async showVariable(
    sight: Sight,
    name: string,
    asked?: { readonly statement: SqlStatement; readonly place: SourcePlace | undefined },
  ): Promise<boolean> {
    const answer: WantedTable = (await sight.want?.(name)) ?? { kind: 'none' };
    this.throwIfCancelled();
    if (answer.kind === 'none') return false;
    if (answer.kind === 'error') throw placed(fromWireError(answer.error), asked?.place);
    if (asked !== undefined && writesTo(asked.statement.text, name)) throw readOnly(name, asked.place);
    if (answer.kind === 'table') {
      const place = { catalog: 'temp', schema: 'main', table: name };
      sight.names.set(name, 'TABLE');
      const throwIfCancelled = (): void => this.throwIfCancelled();
      await loadTable(this.connection, answer.payload, { place, temporary: true, throwIfCancelled });
      return true;
    }
    // While it is made, the name stands for nothing: a query of itself ends here.
    sight.names.set(name, 'TABLE');
    const { sql, parameters } = answer;
    const type = parameters.length === 0 ? 'VIEW' : 'TABLE';
    const [statement = { text: sql, start: 0 }] = splitStatements(sql);
    await this.withTables(sight, statement, () =>
      this.prepared(`CREATE TEMP ${type} ${quoteName(name)} AS\n${sql}`, parameters, (made) => made.run()),
    ).catch((error: unknown) => {
      throw inRelation(error, name, asked?.place);
    });
    sight.names.set(name, type);
    return true;
  }

  /**
   * DuckDB looks for paths in one folder at a time. A script that reads the notebook's own files too
   * would find others of the same name, or none.
   */
  private refuseTwoFolders(path: string): void {
    const { cwd, workspace } = this.places;
    const own = quotedTexts(this.script).find((text) => text !== path && isFile(join(cwd, text)));
    if (own === undefined || isAbsolute(path)) return;
    throw new DaybookError(
      'data_file_missing',
      `“${own}” is in the notebook’s folder and “${path}” is not; one cell finds files by path in one folder.`,
      { status: 404, action: `Write “${relative(cwd, join(workspace, path))}” for “${path}”.` },
    );
  }

  private async tables(): Promise<string[]> {
    const rows = await selectRows(
      this.connection,
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' AND table_catalog = 'memory'",
    );
    return rows.map(([name]) => String(name));
  }

  /** Ends a transaction left open and takes the files out of sight, so changed ones are read anew. */
  private async restore({ names }: Sight): Promise<void> {
    if (this.inTransaction) await this.connection.run('ROLLBACK');
    this.inTransaction = false;
    if (this.searchesWorkspace) await this.connection.run(searchIn(this.places.cwd));
    this.searchesWorkspace = false;
    for (const [name, type] of names) await this.connection.run(`DROP ${type} IF EXISTS temp.main.${quoteName(name)}`);
  }

  private throwIfCancelled(): void {
    if (this.stopInterrupting !== undefined) throw new CancelledError('The query was interrupted.');
  }
}

/**
 * Statement that makes paths relative to `folder`. It is one folder at a time: with two, DuckDB
 * reads the files of both as one table. A path with a comma cannot be told to DuckDB, so there
 * the process's own folder counts.
 */
export function searchIn(folder: string): string {
  return `SET GLOBAL file_search_path = ${quoteText(folder.includes(',') ? '' : folder)}`;
}

/** The statement at its own line and column, so that DuckDB's positions are the script's. */
function inPlace(sql: string, statement: SqlStatement): string {
  return sql.slice(0, statement.start).replace(/[^\n]/g, ' ') + statement.text;
}

function returnsRows(result: DuckDBResult, type: StatementType): boolean {
  return result.returnType === ResultReturnType.QUERY_RESULT && type !== StatementType.TRANSACTION;
}

function missingTable(error: unknown): { readonly name: string; readonly path: boolean } | undefined {
  const raw = error instanceof DaybookError ? error.cause : error;
  const message = raw instanceof Error ? raw.message : '';
  const table = /Catalog Error: Table with name (.+) does not exist!/.exec(message)?.[1];
  if (table !== undefined) return { name: table, path: false };
  const path = /IO Error: No files found that match the pattern "(.+)"/.exec(message)?.[1];
  return path === undefined ? undefined : { name: path, path: true };
}

/** Whether the statement would change the table rather than read it. */
function writesTo(statement: string, name: string): boolean {
  const code = sqlPieces(statement)
    .filter(({ kind }) => kind !== 'comment' && kind !== 'string')
    .map(({ start, end }) => statement.slice(start, end))
    .join(' ');
  const escaped = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const verbs =
    'insert\\s+(?:or\\s+\\w+\\s+)?into|update|delete\\s+from|merge\\s+into|truncate(?:\\s+table)?|(?:drop|alter)\\s+table(?:\\s+if\\s+exists)?';
  return new RegExp(`\\b(?:${verbs})\\s+"?${escaped}"?(?![\\w."])|\\bcopy\\s+"?${escaped}"?\\s+from\\b`, 'iu').test(
    code,
  );
}

function readOnly(name: string, place: SourcePlace | undefined): DaybookError {
  return new DaybookError(
    'variable_read_only',
    `“${name}” is a TypeScript variable: SQL reads it and cannot change it.`,
    {
      action: `Make a table of it first: CREATE TABLE another_name AS FROM ${quoteName(name)}.`,
      ...(place === undefined ? {} : { place }),
    },
  );
}

/** An error in a query that was written elsewhere: its places are not this script's. */
function inRelation(error: unknown, name: string, place: SourcePlace | undefined): Error {
  const own = sqlError(error, '');
  return own instanceof DaybookError ? placed(own, place, `In the relation “${name}”: `) : own;
}

function placed(error: Error, place: SourcePlace | undefined, before = ''): Error {
  if (!(error instanceof DaybookError)) return error;
  const { code, message, status, action } = error;
  return new DaybookError(code, before + message, {
    status,
    cause: error,
    ...(action === undefined ? {} : { action }),
    ...(place === undefined ? {} : { place }),
  });
}

/** What stands in quotes of either kind. */
function quotedTexts(sql: string): string[] {
  return sqlPieces(sql)
    .filter(({ kind }) => kind === 'string' || kind === 'name')
    .map(({ start, end }) => sql.slice(start + 1, end - 1));
}

function isFile(path: string): boolean {
  // `statSync` fails on texts that are no path at all.
  return existsSync(path) && statSync(path).isFile();
}

function openTransaction(): DaybookError {
  return new DaybookError('sql_error', 'The cell begins a transaction and does not end it, so it was rolled back.', {
    action: 'Add COMMIT at the end of the cell.',
  });
}
