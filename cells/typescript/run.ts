import type { CellSource } from '../magic.ts';
import type { KernelContext } from '../registry.ts';

/** A TypeScript cell: the kernel's own language, so the kernel evaluates it. */
export async function runTypescript(cell: CellSource, context: KernelContext): Promise<void> {
  await context.evaluate(cell);
}
