import { DaybookError } from '@daybook/shared/errors/error';
import type { RunContext } from '@daybook/shared/ports/run-context';
import type { CellSource } from './magic.ts';
import { runTypescript } from './typescript/run.ts';

/** What running cells need of the kernel: the common context, and the language of plain cells. */
export interface KernelContext extends RunContext {
  /** Evaluates a TypeScript body; its last value is shown by the kernel. */
  evaluate(cell: CellSource): Promise<void>;
}

export type RunCell = (cell: CellSource, context: KernelContext) => Promise<void>;

/**
 * Every kind of cell this kernel runs. A new kind is one folder and one line here. All but the
 * plain language load with their first cell, or the kernel's start would pay for them.
 */
const KINDS: Readonly<Record<string, () => Promise<RunCell>>> = {
  typescript: async () => runTypescript,
  sql: async () => (await import('./sql/run.ts')).runSql,
  chart: async () => (await import('./chart/run.ts')).runChart,
};

/** Loads what the kinds need ahead of their first cell. */
export async function warmKinds(): Promise<void> {
  await Promise.all(Object.values(KINDS).map((load) => load()));
}

/** How to run a cell of this kind. Fails with `unknown_cell_kind`, naming the known ones. */
export async function runnerOf(kind: string): Promise<RunCell> {
  const load = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (load !== undefined) return load();
  const known = Object.keys(KINDS)
    .filter((name) => name !== 'typescript')
    .map((name) => `%%${name}`);
  throw new DaybookError('unknown_cell_kind', `There is no cell kind “%%${kind}”.`, {
    action: `Start the cell with ${known.join(' or ')}, or leave the line out for TypeScript.`,
  });
}
