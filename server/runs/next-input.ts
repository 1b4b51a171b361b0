import { createCellIds } from '@daybook/shared/notebook/cell-ids';
import * as Y from 'yjs';
import { toYCell } from '../collab/notebook-cells.ts';
import { cellIds, findCell } from './cell.ts';

/**
 * Carries out the payload `set_next_input` of a reply: a text for the cell that ran, or for a new
 * one behind it. Must run in a transaction.
 */
export function nextInput(
  doc: Y.Doc,
  id: string,
  payload: { readonly text?: unknown; readonly replace?: unknown },
): void {
  const text = String(payload.text ?? '');
  const cell = findCell(doc, id);
  if (cell === undefined) return;
  const source = cell.get('source');
  if (payload.replace === true && source instanceof Y.Text) {
    source.delete(0, source.length);
    source.insert(0, text);
    return;
  }
  const ids = cellIds(doc);
  const made = {
    id: createCellIds(ids)(undefined, text),
    cell_type: 'code' as const,
    source: text,
    metadata: {},
    execution_count: null,
    outputs: [],
  };
  doc.getArray('cells').insert(ids.indexOf(id) + 1, [toYCell(made)]);
}
