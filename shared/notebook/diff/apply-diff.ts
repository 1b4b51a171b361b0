import { BugError } from '../../errors/error.ts';
import type { Cell, Notebook } from '../notebook.ts';
import type { CellDiff, CellPart, ChangedCell, NotebookDiff } from './notebook-diff.ts';

/** The newer notebook, of the older one and what lies between. `before` must be the one the diff was made of. */
export function applyDiff(before: Notebook, diff: NotebookDiff): Notebook {
  const old = new Map(before.cells.map((cell) => [cell.id, cell]));
  const { cells: _, metadata, ...rest } = before;
  return {
    ...((diff.rest?.after ?? rest) as Pick<Notebook, 'nbformat' | 'nbformat_minor'>),
    metadata: diff.metadata?.after ?? metadata,
    cells: diff.cells.flatMap((cell) => applyCell(cell, old)),
  };
}

function applyCell(diff: CellDiff, old: ReadonlyMap<string, Cell>): Cell[] {
  if (diff.change === 'removed') return [];
  if (diff.change === 'added') return [diff.cell];
  const was = old.get(diff.id);
  if (was === undefined) throw new BugError(`the notebook has no cell “${diff.id}”`);
  return [diff.change === 'same' ? was : changed(was, diff)];
}

const FIELDS: Readonly<Record<Exclude<CellPart, 'other' | 'source'>, string>> = {
  type: 'cell_type',
  outputs: 'outputs',
  count: 'execution_count',
  metadata: 'metadata',
};
const KNOWN = new Set(['id', 'source', ...Object.values(FIELDS)]);

function changed(was: Cell, { parts, after, lines }: ChangedCell): Cell {
  const cell: Record<string, unknown> = { ...was };
  const take = (field: string) => {
    if (field in after) cell[field] = after[field];
    else delete cell[field];
  };
  for (const part of parts) {
    if (part === 'source')
      cell.source = (lines ?? []).flatMap((run) => (run.kind === 'removed' ? [] : run.lines)).join('');
    else if (part !== 'other') take(FIELDS[part]);
    else for (const field of new Set([...Object.keys(was), ...Object.keys(after)])) if (!KNOWN.has(field)) take(field);
    // Text cells have neither field.
    if (part === 'type') for (const field of ['outputs', 'execution_count']) take(field);
  }
  return cell as Cell;
}
