import { type KernelContext, warmKinds } from '@daybook/cells/registry';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DataQueries, EngineResult } from '@daybook/shared/ports/run-context';
import { type DataClient, startDataWorker } from '../data/client.ts';
import { beside, type CellRun } from './cell-run.ts';
import type { Engine } from './engine.ts';
import type { Evaluator } from './evaluator.ts';
import type { Output } from './output.ts';

export interface WorldOptions {
  readonly engine: Engine;
  readonly evaluator: Evaluator;
  readonly output: Output;
  readonly reserved: ReadonlySet<string>;
  readonly data: Parameters<typeof startDataWorker>[0];
}

const PATH = /^[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u;

/** What all cell kinds share: the scope of variables and, once it is needed, the data engine. */
export class World {
  readonly #options: WorldOptions;
  #client: DataClient | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  /** Starts the data engine ahead of its first use. */
  async prepare(): Promise<void> {
    this.#data();
    await Promise.all([warmKinds(), this.#arrow()]);
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  context(run: CellRun): KernelContext {
    const { evaluator, output } = this.#options;
    const data: DataQueries = { query: (sql, options) => this.#data().query(sql, { signal: run.signal, ...options }) };
    return {
      data,
      signal: run.signal,
      now: () => Date.now(),
      evaluate: (cell) => evaluator.evaluate(cell, run),
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
      engine.assign(name, tableFromIPC(await this.#data().arrow(id)));
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
      get: () => fix(tableFromIPC(this.#data().arrowSync(id))),
      set: fix,
    });
  }
}
