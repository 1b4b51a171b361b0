import { placed } from '@daybook/cells/placed';
import { BUNDLE_ROWS, resultOutput } from '@daybook/cells/sql/output';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import type { EngineResult } from '@daybook/shared/ports/run-context';
import type { ResultColumn } from '@daybook/shared/results/window';
import { quoteName } from '@daybook/shared/sql/quote';
import { DISPLAY } from '../../display/symbol.ts';
import type { RelationEffects } from './effects.ts';
import type { Row } from './rows.ts';
import { isQuery, type SqlText, wrapLast } from './script.ts';

/**
 * A query that has not run. It runs when asked for its rows, anew each time, and when it is shown as
 * a cell's last value. It is no promise: `await relation` is the relation itself.
 */
export class Relation {
  readonly text: SqlText;
  /** Where it was made: a stack to find the place in the cell with. */
  readonly origin: Error;
  readonly #effects: RelationEffects;

  constructor(text: SqlText, effects: RelationEffects, origin = new Error('origin')) {
    this.text = text;
    this.origin = origin;
    this.#effects = effects;
  }

  /** All rows as objects of plain values, or the first `limit`. Without a limit it refuses to give millions. */
  async rows(limit?: number): Promise<Row[]> {
    const most = this.#effects.limits.rows;
    if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) {
      throw new DaybookError('bad_limit', `rows(${String(limit)}): the limit is a whole number from 0 on.`);
    }
    const result = await this.#run({ limit: limit ?? most + 1 });
    try {
      if (limit === undefined && result.rows > most) throw tooManyRows(most);
      if (!result.tabular) return [];
      const { rowsOf } = await import('./rows.ts');
      return rowsOf(await this.#bytes(result, 'rows'));
    } finally {
      this.#effects.drop(result.id);
    }
  }

  /** An Arrow table (apache-arrow) of all rows. Fails with `result_too_large` before memory runs out. */
  async arrow(): Promise<import('apache-arrow').Table> {
    const { tableFromIPC } = this.#effects.libraries.arrow();
    return tableFromIPC(await this.#whole());
  }

  /** An arquero table of all rows, bounded like `arrow()`. */
  async aq(): Promise<import('arquero').ColumnTable> {
    const { fromArrow } = this.#effects.libraries.aq();
    const bytes = await this.#whole();
    const { tableFromIPC } = await import('@uwdata/flechette');
    return fromArrow(bytes, {
      useDate: true,
      useBigInt: hasBigIntegers(tableFromIPC(bytes, { useBigInt: true })),
    }) as import('arquero').ColumnTable;
  }

  /** Runs it and keeps the rows under a name, for SQL, charts and TypeScript; gives a relation on them. */
  async table(name: string): Promise<Relation> {
    const { resultName } = await import('@daybook/cells/sql/spec');
    const wanted = resultName(String(name));
    const result = await this.#run({ name: wanted });
    await this.#effects.nameResult(wanted, result);
    const sql = `SELECT * FROM ${quoteName(wanted)}`;
    return new Relation({ sql, parameters: [], tables: new Map(), parts: [] }, this.#effects, this.origin);
  }

  /** A chart of the rows, aggregated by the engine: the keys are those of a `%%chart` cell. */
  plot(spec: object): object {
    const draw = async (): Promise<Record<string, unknown>> => {
      const { plotRelation } = await import('../plot/relation-chart.ts');
      return plotRelation(this.text, spec, this.#effects).catch((error: unknown) => {
        throw this.#placed(error);
      });
    };
    return { [DISPLAY]: draw };
  }

  /** A relation around this one: `make` gets it as something to select from. */
  around(make: (source: string) => string): Relation {
    const sql = wrapLast(this.text.sql, (query) => make(`(${query}\n)`));
    return new Relation({ ...this.text, sql, parts: [] }, this.#effects, this.origin);
  }

  /** How many rows it has. */
  async count(): Promise<number> {
    const { first } = await this.#ask((query) => `SELECT count(*) FROM (\n${query}\n)`);
    return Number(first[0]?.[0]);
  }

  /** Names and SQL types of its columns; no row is read. */
  async columns(): Promise<readonly ResultColumn[]> {
    return (await this.#ask((query) => `SELECT * FROM (\n${query}\n) LIMIT 0`)).columns;
  }

  /** The SQL with `$1…$n` for the values. */
  toString(): string {
    return this.text.sql;
  }

  /** In lists and logs: what it asks, without running. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Relation(${this.text.sql.trim()})`;
  }

  /** Runs it; its rows as an output that pages all of them. With a name, SQL knows them by it. */
  async show(name?: string): Promise<Record<string, unknown>> {
    const result = await this.#run({ first: BUNDLE_ROWS, ...(name === undefined ? {} : { name }) });
    return resultOutput(result, { name, ran: this.#effects.now() });
  }

  [DISPLAY](): Promise<Record<string, unknown>> {
    return this.show();
  }

  async #whole(): Promise<Uint8Array> {
    const result = await this.#run({});
    try {
      if (!result.tabular)
        throw new DaybookError('no_rows', 'This statement gives no rows.', { action: 'Use a query.' });
      return await this.#bytes(result, 'table');
    } finally {
      this.#effects.drop(result.id);
    }
  }

  #bytes(result: EngineResult, as: 'table' | 'rows'): Promise<Uint8Array> {
    return this.#effects.arrow(result.id, { as, most: this.#effects.limits.bytes });
  }

  #ask(around: (query: string) => string): Promise<EngineResult> {
    if (!isQuery(this.text.sql)) {
      throw new DaybookError('no_rows', 'Only a query has rows to count and columns.', {
        action: 'Use rows() to run a statement.',
      });
    }
    return this.#run({ keep: false, first: 1 }, { sql: wrapLast(this.text.sql, around), shift: 1 });
  }

  async #run(
    options: { readonly limit?: number; readonly name?: string; readonly first?: number; readonly keep?: boolean },
    { sql, shift }: { readonly sql: string; readonly shift: number } = { sql: this.text.sql, shift: 0 },
  ): Promise<EngineResult> {
    const { parameters, tables } = this.text;
    try {
      return await this.#effects.query(sql, { first: 0, ...options, parameters, tables });
    } catch (error) {
      throw this.#placed(error, shift);
    }
  }

  /** With its place in the cell; `shift` lines were put in front of the SQL. */
  #placed(error: unknown, shift = 0): unknown {
    if (!(error instanceof DaybookError) || error.place === undefined || shift === 0)
      return error instanceof CancelledError ? error : this.#effects.placed(error, this);
    return this.#effects.placed(placed(error, { ...error.place, line: error.place.line - shift }), this);
  }
}

function tooManyRows(most: number): DaybookError {
  const count = most.toLocaleString('en');
  return new DaybookError('too_many_rows', `This relation has more than ${count} rows, too many for objects.`, {
    status: 413,
    action: 'Ask for some with rows(limit), aggregate in SQL, or use arrow(), which holds millions.',
  });
}

const INT = 2;

function hasBigIntegers(table: import('@uwdata/flechette').Table): boolean {
  return table.children.some(({ type, data }) =>
    data.some(({ values }) => {
      if (type.typeId !== INT) return false;
      if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return false;
      return values.some((value) => value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER);
    }),
  );
}
