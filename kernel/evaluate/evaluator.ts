import type { CellSource } from '@daybook/cells/magic';
import { type CompiledCell, compileCell, HELPER } from '@daybook/cells/typescript/compile';
import type { Place } from '@daybook/cells/typescript/lines';
import { renamedTo } from '@daybook/cells/typescript/rewrite';
import { mimeBundle } from '../display/mime-bundle.ts';
import type { CellRun } from './cell-run.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Engine } from './engine.ts';
import type { Modules } from './modules.ts';
import { Resources, suppressed } from './resources.ts';
import { remember, type Script } from './scripts.ts';
import { firstPlace } from './stack.ts';
import { Thrown } from './thrown.ts';
import { forgetThrown, noteThrown } from './thrown-values.ts';

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
  readonly #resources = new Resources();
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
      use: this.#resources.use.bind(this.#resources),
      thrown: noteThrown,
      caught: forgetThrown,
    };
    Object.defineProperty(globalThis, HELPER, { value: Object.freeze(helper) });
  }

  /** Runs a cell's body and puts its last value into `run.result`, as `bundle` shows it. Rejects with what it throws. */
  async evaluate(cell: CellSource, run: CellRun, bundle = (value: unknown) => mimeBundle(value)): Promise<void> {
    const value = await this.value(cell, run);
    run.result = await bundle(value);
  }

  /** Runs a body and gives its last value; a promise there is awaited, as in `fetch(url)`. */
  async value({ body, lineOffset }: Pick<CellSource, 'body' | 'lineOffset'>, run: CellRun): Promise<unknown> {
    this.#scripts += 1;
    const cell = this.#scripts;
    forgetThrown();
    const compiled = compileCell(body, {
      cell,
      round: this.#checkpoints.at[0] ?? 0,
      reserved: this.#reserved,
      renamed: this.#renamed,
      vars: this.#vars,
    });
    const script: Script = { source: body, compiled, lineOffset, count: run.count };
    const name = remember(cell, script);
    for (const each of compiled.renamed) this.#renamed.add(each);
    for (const each of compiled.declares) this.#vars.delete(each);
    for (const each of compiled.vars) this.#vars.add(each);
    run.declares = [...run.declares, ...compiled.declares];
    // An interrupt leaves the script where it is: what it holds is given back all the same.
    const giveBack = () => void this.#resources.end(cell).catch(() => undefined);
    run.signal.addEventListener('abort', giveBack, { once: true });
    try {
      const value = await this.#script(`${compiled.code}\nvoid 0;\n//# sourceURL=${name}`, script, cell);
      await this.#resources.end(cell);
      return value;
    } catch (error) {
      this.#forgetUnmade(compiled);
      await this.#resources.end(cell).catch((later: unknown) => {
        throw suppressed(later, error);
      });
      throw error;
    } finally {
      run.signal.removeEventListener('abort', giveBack);
      this.#kept.delete(cell);
    }
  }

  async #script(code: string, script: Script, cell: number): Promise<unknown> {
    let at: { script: Script; place: Place } | undefined;
    try {
      await this.#engine.run(code, (place) => {
        at = { script, place: script.compiled.locate(place) };
      });
    } catch (error) {
      if (at === undefined || firstPlace(error) !== undefined) throw error;
      if (error instanceof SyntaxError) throw new Thrown(error, at);
      // Of a value the engine knows the statement that threw it.
      throw error instanceof Error ? error : new Thrown(error, { script, place: { line: at.place.line } });
    }
    return this.#kept.get(cell);
  }

  /** A script that the engine refused declared nothing: the global of that name is seen again. */
  #forgetUnmade({ renamed }: CompiledCell): void {
    const made = new Set(this.#engine.lexicalNames());
    for (const name of renamed) if (!made.has(renamedTo(name))) this.#renamed.delete(name);
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
