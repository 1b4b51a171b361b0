import { DaybookError } from '@daybook/shared/errors/error';
import type { KernelKinds } from '@daybook/shared/ports/kernel-front';
import type { RunContext } from '@daybook/shared/ports/run-context';
import { nearest } from '@daybook/shared/text/nearest';
import type { CellSource } from './magic.ts';
import { runTypescript } from './typescript/run.ts';

/** What running cells need of the kernel: the common context, and the language of plain cells. */
export interface KernelContext extends RunContext {
  /** Evaluates a TypeScript body; its last value is shown by the kernel. */
  evaluate(cell: CellSource): Promise<void>;
}

export type RunCell = (cell: CellSource, context: KernelContext) => Promise<void>;

/**
 * How to run the kinds that come with Daybook. All but the plain language load with their first
 * cell, or the kernel's start would pay for them.
 */
const BUILT_IN: Readonly<Record<string, () => Promise<RunCell>>> = {
  typescript: async () => runTypescript,
  sql: async () => (await import('./sql/run.ts')).runSql,
  chart: async () => (await import('./chart/run.ts')).runChart,
};

/** Imports a module; asked for every cell, so that a changed file is seen. */
type Load = (path: string) => Promise<Record<string, unknown>>;

/** Every kind of cell one kernel runs: those of Daybook, and those of packages. */
export class Registry {
  readonly #added: ReadonlyMap<string, KernelKinds['kinds'][number]>;
  readonly #failures: KernelKinds['failures'];
  readonly #load: Load;

  constructor({ kinds, failures }: KernelKinds, load: Load) {
    this.#added = new Map(kinds.map((kind) => [kind.id, kind]));
    this.#failures = failures;
    this.#load = load;
  }

  /** Loads what the built-in kinds need ahead of their first cell. */
  async warm(): Promise<void> {
    await Promise.all(Object.values(BUILT_IN).map((load) => load()));
  }

  /** How to run a cell of this kind. Errors: `unknown_cell_kind`, naming the known ones; `bad_cell_kind`. */
  async runnerOf(kind: string): Promise<RunCell> {
    const load = Object.hasOwn(BUILT_IN, kind) ? BUILT_IN[kind] : undefined;
    if (load !== undefined) return load();
    const added = this.#added.get(kind);
    if (added === undefined) throw this.#unknown(kind);
    const { run } = await this.#load(added.run);
    if (typeof run === 'function') return run as RunCell;
    throw new DaybookError('bad_cell_kind', `The package “${added.from}” exports no function “run” for %%${kind}.`, {
      action: 'Export it from the module that the package’s daybook.kinds names.',
    });
  }

  #unknown(kind: string): DaybookError {
    const known = [...Object.keys(BUILT_IN), ...this.#added.keys()].filter((name) => name !== 'typescript');
    const near = nearest(kind, known, 1)[0];
    const broken = this.#failures.map(({ name, reason }) => ` The package “${name}” could not be used: ${reason}`);
    return new DaybookError('unknown_cell_kind', `There is no cell kind “%%${kind}”.${broken.join('')}`, {
      action: `${near === undefined ? '' : `Did you mean %%${near}? `}Start the cell with ${known
        .map((name) => `%%${name}`)
        .join(' or ')}, or leave the line out for TypeScript.`,
    });
  }
}
