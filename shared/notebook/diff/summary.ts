import type { CellDiff, NotebookDiff } from './notebook-diff.ts';

/** How many cells a diff adds, removes, changes and moves. A run that gave the same result is no change. */
export interface DiffSummary {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly moved: number;
  /** Cells of which only outputs differ. */
  readonly outputs: number;
}

export function summarise({ cells }: NotebookDiff): DiffSummary {
  const count = (fits: (cell: CellDiff) => boolean) => cells.filter(fits).length;
  return {
    added: count(({ change }) => change === 'added'),
    removed: count(({ change }) => change === 'removed'),
    changed: count((cell) => cell.change === 'changed' && !cell.parts.every(isRun)),
    moved: count((cell) => (cell.change === 'same' || cell.change === 'changed') && cell.moved),
    outputs: count((cell) => cell.change === 'changed' && cell.parts.includes('outputs') && cell.parts.every(isRun)),
  };
}

function isRun(part: string): boolean {
  return part === 'outputs' || part === 'count';
}
