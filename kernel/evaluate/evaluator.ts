import type { CellSource } from '@daybook/cells/magic';
import { compileCell, HELPER } from '@daybook/cells/typescript/compile';
import { renamedTo } from '@daybook/cells/typescript/rewrite';
import { mimeBundle } from '../display/mime-bundle.ts';
import type { CellRun } from './cell-run.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Engine } from './engine.ts';
import type { Modules } from './modules.ts';
import { remember } from './scripts.ts';

export interface EvaluatorOptions {
  readonly modules: Modules;
  /** Names of globals that cells must not hide from libraries. */
  readonly reserved: ReadonlySet<string>;
  readonly checkpoints: Checkpoints;
}

/** Runs TypeScript in the notebook's one global scope, and knows what earlier cells declared. */
export class Evaluator {
  readonly #engine: Engine;
  readonly #reserved: ReadonlySet<string>;
  readonly #renamed = new Set<string>();
  readonly #vars = new Set<string>();
  readonly #kept = new Map<number, unknown>();
  readonly #checkpoints: Checkpoints;
  #scripts = 0;

  constructor(engine: Engine, { modules, reserved, checkpoints }: EvaluatorOptions) {
    this.#engine = engine;
    this.#reserved = reserved;
    this.#checkpoints = checkpoints;
    const helper = {
      at: checkpoints.at,
      live: checkpoints.live,
      // Compiled imports have no look of their own.
      load: async (...wanted: Parameters<Modules['load']>) => checkpoints.live(await modules.load(...wanted), -1),
      import: modules.import.bind(modules),
      meta: Object.freeze(modules.meta),
      keep: (cell: number, value: unknown) => {
        this.#kept.set(cell, value);
      },
    };
    Object.defineProperty(globalThis, HELPER, { value: Object.freeze(helper) });
  }

  /** Runs a cell's body and puts its last value into `run.result`. Rejects with what it throws. */
  async evaluate(cell: CellSource, run: CellRun): Promise<void> {
    const value = await this.value(cell, run);
    run.result = await mimeBundle(value);
  }

  /** Runs a body and gives its last value; a promise there is awaited, as in `fetch(url)`. */
  async value({ body, lineOffset }: Pick<CellSource, 'body' | 'lineOffset'>, run: CellRun): Promise<unknown> {
    this.#scripts += 1;
    const cell = this.#scripts;
    const compiled = compileCell(body, {
      cell,
      round: this.#checkpoints.at[0] ?? 0,
      reserved: this.#reserved,
      renamed: this.#renamed,
      vars: this.#vars,
    });
    const name = remember(cell, { source: body, compiled, lineOffset, count: run.count });
    for (const each of compiled.renamed) this.#renamed.add(each);
    for (const each of compiled.declares) this.#vars.delete(each);
    for (const each of compiled.vars) this.#vars.add(each);
    run.declares = [...run.declares, ...compiled.declares];
    try {
      await this.#engine.run(`${compiled.code}\nvoid 0;\n//# sourceURL=${name}`);
      return this.#kept.get(cell);
    } finally {
      this.#kept.delete(cell);
    }
  }

  /** The name that cells use for a name in the engine; the inverse of `engineName`. */
  userName(name: string): string {
    return [...this.#renamed].find((own) => renamedTo(own) === name) ?? name;
  }

  /** The name under which a top-level name lives in the engine. */
  engineName(name: string): string {
    return this.#renamed.has(name) ? renamedTo(name) : name;
  }
}
