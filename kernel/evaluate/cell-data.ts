import type { EngineResult } from '@daybook/shared/ports/run-context';
import type { ClientQuery, DataClient } from '../data/client.ts';
import { packTable } from '../data/tables/pack.ts';
import type { WantedTable } from '../data/thread.ts';
import type { CellRun } from './cell-run.ts';
import type { VariableTables } from './variable-tables.ts';

export interface CellDataOptions {
  readonly client: () => DataClient;
  readonly variables: VariableTables;
  /** Tells the user something beside the cell's outputs. */
  readonly say: (run: CellRun, text: string) => void;
}

export type CellQuery = ClientQuery & {
  /** Tables that the SQL names, beside the notebook's variables. */
  readonly tables?: ReadonlyMap<string, object>;
};

/** Rows of a JavaScript table that are shown at most: what is shown is kept in the engine. */
const SHOWN_ROWS = 1_000_000;

/** The data engine as a cell uses it: it sees the notebook's variables as tables, and ends with the cell. */
export class CellData {
  readonly #options: CellDataOptions;

  constructor(options: CellDataOptions) {
    this.#options = options;
  }

  query(run: CellRun | undefined, sql: string, { tables, ...options }: CellQuery = {}): Promise<EngineResult> {
    const { client, variables } = this.#options;
    const own = new Map(tables);
    const bring = (more: ReadonlyMap<string, object>): void => {
      for (const [name, table] of more) own.set(name, table);
    };
    const want = (name: string): WantedTable => {
      const say = (notes: readonly string[]): void => this.#say(run, notes);
      const table = own.get(name);
      if (table === undefined) return variables.find(name, { say, bring });
      const { payload, notes } = packTable(table, 'The table filled into sql`…`');
      say(notes);
      return { kind: 'table', payload };
    };
    const signal = options.signal ?? run?.signal;
    return client().query(sql, {
      ...options,
      want,
      prefer: variables.reassigned(sql),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Keeps a table of JavaScript values as a result, of long ones the first rows; `note` says so. */
  async put(
    run: CellRun | undefined,
    value: unknown,
    options: { readonly label: string; readonly name?: string },
  ): Promise<{ readonly result: EngineResult; readonly note: string | undefined }> {
    const { payload, total, notes } = packTable(value, options.label, SHOWN_ROWS);
    this.#say(run, notes);
    const { name } = options;
    const signal = run?.signal;
    const result = await this.#options.client().put(payload, {
      first: 50,
      ...(name === undefined ? {} : { name }),
      ...(signal === undefined ? {} : { signal }),
    });
    const note =
      total > SHOWN_ROWS
        ? `The first ${SHOWN_ROWS.toLocaleString('en')} of ${total.toLocaleString('en')} rows. Query it in SQL by its name to see all, or aggregate it.`
        : undefined;
    return { result, note };
  }

  arrow(run: CellRun | undefined, ...[id, options]: Parameters<DataClient['arrow']>): Promise<Uint8Array> {
    const signal = run?.signal;
    return this.#options.client().arrow(id, { ...options, ...(signal === undefined ? {} : { signal }) });
  }

  drop(id: string): void {
    this.#options.client().drop(id);
  }

  #say(run: CellRun | undefined, notes: readonly string[]): void {
    if (run !== undefined && notes.length > 0) this.#options.say(run, `${notes.join('\n')}\n`);
  }
}
