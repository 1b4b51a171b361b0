import { createCellIds } from '@daybook/shared/notebook/cell-ids';
import type { Cell, Notebook } from '@daybook/shared/notebook/notebook';

/**
 * Gives the cells of a file without ids (below format 4.5) the ids they had before: first cells
 * with the same text, in order, then what lies between them, one for one.
 */
export function adoptIds(file: Notebook, base: Notebook | undefined): Notebook {
  if (base === undefined || file.nbformat_minor >= 5) return file;
  const matched = new Map<number, string>();
  let from = 0;
  let gap: number[] = [];
  for (const [index, cell] of file.cells.entries()) {
    const at = base.cells.findIndex((old, place) => place >= from && alike(old, cell));
    if (at === -1) {
      gap.push(index);
      continue;
    }
    fill(gap, base.cells.slice(from, at), file.cells, matched);
    matched.set(index, base.cells[at]?.id ?? '');
    gap = [];
    from = at + 1;
  }
  fill(gap, base.cells.slice(from), file.cells, matched);
  const idFor = createCellIds(base.cells.map((cell) => cell.id));
  const cells = file.cells.map((cell, index) => ({ ...cell, id: matched.get(index) ?? idFor(undefined, cell.source) }));
  return { ...file, nbformat_minor: 5, cells };
}

function fill(gap: number[], old: readonly Cell[], cells: readonly Cell[], matched: Map<number, string>): void {
  for (const [nth, index] of gap.entries()) {
    const candidate = old[nth];
    if (candidate !== undefined && candidate.cell_type === cells[index]?.cell_type) matched.set(index, candidate.id);
  }
}

function alike(a: Cell, b: Cell): boolean {
  return a.cell_type === b.cell_type && a.source === b.source;
}
