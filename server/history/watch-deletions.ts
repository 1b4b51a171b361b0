import { excerptOf } from '@daybook/shared/notebook/diff/diff-notebooks';
import type { Cell } from '@daybook/shared/notebook/notebook';
import type { Disposer } from '@daybook/shared/ports/disposer';
import * as Y from 'yjs';
import { cellOf } from '../collab/notebook-cells.ts';
import { contentBefore } from './deleted-content.ts';

/** A cell that is not in the notebook any more. */
export interface Deletion {
  readonly cell: Cell;
  /** The cells before it, nearest first. */
  readonly after: readonly string[];
}

/** Cells with nothing in them are not worth bringing back. */
const isEmpty = (cell: Cell) => excerptOf(cell) === '' && (cell.cell_type !== 'code' || cell.outputs.length === 0);

const NEIGHBOURS = 20;

/**
 * Tells of cells that a transaction deleted, in the same turn. A cell that was moved, which is a
 * deletion and an insertion, is not told of.
 */
export function watchDeletions(doc: Y.Doc, listener: (deletions: readonly Deletion[]) => void): Disposer {
  const cells = doc.getArray<Y.Map<unknown>>('cells');
  const onTransaction = (transaction: Y.Transaction) => {
    if (transaction.deleteSet.clients.size === 0 || !transaction.changed.has(cells as never)) return;
    const deletions = readDeletions(cells, transaction);
    if (deletions.length > 0) listener(deletions);
  };
  doc.on('afterTransaction', onTransaction);
  return () => doc.off('afterTransaction', onTransaction);
}

function readDeletions(cells: Y.Array<Y.Map<unknown>>, transaction: Y.Transaction): Deletion[] {
  const live = new Set(cells.map((cell) => cell.get('id')));
  const before: string[] = [];
  const found: Deletion[] = [];
  for (let item = cells._start; item !== null; item = item.right) {
    const gone = item.deleted && Y.isDeleted(transaction.deleteSet, item.id);
    if (item.deleted && !gone) continue;
    // One that was made and deleted in one transaction was never seen.
    const made = item.id.clock >= (transaction.beforeState.get(item.id.client) ?? 0);
    for (const value of item.content.getContent()) {
      if (!(value instanceof Y.Map)) continue;
      const json = gone ? contentBefore(value, transaction) : { id: value.get('id') };
      const id = String((json as { id?: unknown }).id ?? '');
      if (gone && !made && !live.has(id)) {
        const cell = cellOf(json as Record<string, unknown>);
        if (!isEmpty(cell)) found.push({ cell, after: before.slice(-NEIGHBOURS).reverse() });
      }
      before.push(id);
    }
  }
  return found;
}
