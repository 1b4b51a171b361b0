import type { KernelContext, Registry } from '@daybook/cells/registry';
import { BUNDLE_ROWS, resultOutput } from '@daybook/cells/sql/output';
import { resultName } from '@daybook/cells/sql/spec';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DataQueries, EngineResult } from '@daybook/shared/ports/run-context';
import { quoteName } from '@daybook/shared/sql/quote';
import { type DataClient, startDataWorker } from '../data/client.ts';
import type { RelationEffects } from '../data/relation/effects.ts';
import { isDataFrame } from '../data/tables/recognise.ts';
import { mimeBundle } from '../display/mime-bundle.ts';
import type { MimeBundle } from '../protocol/wire.ts';
import { CellData } from './cell-data.ts';
import { beside, type CellRun, currentRun } from './cell-run.ts';
import type { Engine } from './engine.ts';
import type { Evaluator } from './evaluator.ts';
import type { Libraries } from './libraries.ts';
import type { Output } from './output.ts';
import { placeInCell } from './sql-place.ts';
import { VariableTables } from './variable-tables.ts';

export interface WorldOptions {
  readonly engine: Engine;
  readonly evaluator: Evaluator;
  readonly output: Output;
  readonly reserved: ReadonlySet<string>;
  readonly libraries: Libraries;
  /** Bytes of resident memory at which the executor is ended. */
  readonly memoryLimit: number;
  readonly registry: Registry;
  readonly data: Parameters<typeof startDataWorker>[0];
}

/** Rows that become objects at most, and bytes that become an Arrow table. */
const MOST_ROWS = 1_000_000;
const MOST_BYTES = 2 ** 31;

const PATH = /^[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u;

/** What all cell kinds share: the scope of variables and, once it is needed, the data engine. */
export class World {
  readonly #options: WorldOptions;
  readonly #variables: VariableTables;
  readonly #cellData: CellData;
  /** What relations use; each use belongs to the cell that is running. */
  readonly relationEffects: RelationEffects;
  #client: DataClient | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#variables = new VariableTables(options);
    this.#cellData = new CellData({
      client: () => this.#data(),
      variables: this.#variables,
      say: (run, text) => options.output.write(run, 'stderr', text),
    });
    const data = this.#cellData;
    this.relationEffects = {
      query: (sql, query) => data.query(currentRun(), sql, query),
      arrow: (id, arrow) => data.arrow(currentRun(), id, arrow),
      drop: (id) => data.drop(id),
      nameResult: (name, result) => this.#nameResult(name, result),
      libraries: options.libraries,
      limits: { rows: MOST_ROWS, bytes: Math.min(MOST_BYTES, options.memoryLimit / 6) },
      placed: placeInCell,
      now: () => Date.now(),
    };
  }

  /** How a value is shown: a data frame as a result that can be paged, anything else as it says itself. */
  bundle(run: CellRun, value: unknown): MimeBundle | undefined | Promise<MimeBundle | undefined> {
    if (!isDataFrame(value)) return mimeBundle(value);
    return this.tableOutput(run, value, { label: 'This table', name: undefined }).catch((error: unknown) => {
      // Its first rows, as text: one without columns, or of a kind that SQL does not know.
      if (error instanceof DaybookError && error.code === 'not_a_table') return mimeBundle(value);
      throw error;
    });
  }

  /** Any table as an output that can be paged. With a name, SQL knows it by that. */
  async tableOutput(
    run: CellRun,
    value: unknown,
    { label, name }: { readonly label: string; readonly name: string | undefined },
  ): Promise<MimeBundle> {
    const known = name === undefined ? this.#variables.resultOf(value) : undefined;
    const ran = Date.now();
    if (known !== undefined) {
      const result = await this.#cellData.query(run, `SELECT * FROM ${quoteName(known)}`, { first: BUNDLE_ROWS });
      return resultOutput(result, { name: known, ran });
    }
    const wanted = name === undefined ? undefined : resultName(name);
    const { result, note } = await this.#cellData.put(run, value, {
      label,
      ...(wanted === undefined ? {} : { name: wanted }),
    });
    return resultOutput(result, { name: wanted, ran, note });
  }

  /** Starts the data engine ahead of its first use. */
  startData(): void {
    this.#data();
  }

  /** Loads what work with data needs ahead of its first use. */
  async warm(): Promise<void> {
    await Promise.all([this.#options.registry.warm(), this.#arrow()]);
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  context(run: CellRun): KernelContext {
    const { evaluator, output } = this.#options;
    const data: DataQueries = { query: (sql, options) => this.#cellData.query(run, sql, { ...options }) };
    return {
      data,
      signal: run.signal,
      now: () => Date.now(),
      evaluate: (cell) => evaluator.evaluate(cell, run, (value) => this.bundle(run, value)),
      variable: (name) => this.#variable(name),
      nameResult: (name, result) => this.#nameResult(name, result),
      display: (bundle, metadata = {}) => {
        output.display(run, bundle, { metadata });
      },
    };
  }

  #data(): DataClient {
    // It outlives the cell that needs it first.
    this.#client ??= beside(() => startDataWorker(this.#options.data));
    return this.#client;
  }

  /** apache-arrow, loaded late: it takes longer than all the rest of the executor. */
  #arrow(): Promise<typeof import('apache-arrow')> {
    return import('apache-arrow');
  }

  /** Reads a variable or a path below one. Only names: text from a cell is never run as code here. */
  async #variable(path: string): Promise<unknown> {
    const missing = (reason: string) =>
      new DaybookError('no_such_variable', `There is no variable “${path}”${reason}.`, {
        action: 'Run the cell that defines it first, or correct the name.',
      });
    if (!PATH.test(path)) throw missing(': a name is letters, digits, _ and $, with dots between the parts');
    const [name = '', ...rest] = path.split('.');
    if (
      !this.#options.engine.lexicalNames().includes(this.#options.evaluator.engineName(name)) &&
      !(name in globalThis)
    )
      throw missing('');
    let value = this.#options.engine.read(this.#options.evaluator.engineName(name));
    for (const part of rest) {
      if (value === null || value === undefined || !(part in Object(value))) throw missing(`: it has no “${part}”`);
      value = Reflect.get(Object(value), part, value);
    }
    return value;
  }

  async #nameResult(name: string, { id }: EngineResult): Promise<void> {
    const { engine, reserved } = this.#options;
    const give = (value: unknown) => {
      this.#variables.give(name, value);
      return value;
    };
    give(undefined);
    if (reserved.has(name)) {
      throw new DaybookError(
        'reserved_name',
        `A result cannot be named “${name}”: that is a name of the language's own.`,
        {
          action: 'Choose another name after result=.',
        },
      );
    }
    const { tableFromIPC } = await this.#arrow();
    if (engine.lexicalNames().includes(name)) {
      engine.assign(name, give(tableFromIPC(await this.#data().arrow(id))));
      return;
    }
    const fix = (value: unknown) => {
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
      return value;
    };
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: true,
      // Most tables are never looked at from TypeScript: fetch on the first look.
      get: () => fix(give(tableFromIPC(this.#data().arrowSync(id)))),
      set: fix,
    });
  }
}
