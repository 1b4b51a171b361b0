import { createCellIds } from '@daybook/shared/notebook/cell-ids';
import * as Y from 'yjs';
import type { YCell } from './notebook-cells.ts';
import { FROM_SERVER } from './shared-document.ts';

const CELL_TYPES: ReadonlySet<unknown> = new Set(['code', 'markdown', 'raw']);

/**
 * Gives every cell what Jupyter's model of a cell needs. A page fails to open on a cell without,
 * so that one broken or hostile client would shut everybody out.
 */
export function mendCells(doc: Y.Doc, cells: Y.Array<YCell>): void {
  const broken = cells.toArray().filter((cell) => faults(cell).length > 0);
  if (broken.length === 0) return;
  const idFor = createCellIds(cells.map((cell) => String(cell.get('id'))));
  doc.transact(() => {
    for (const cell of broken) {
      for (const key of faults(cell)) {
        const value = cell.get(key);
        if (key === 'id') cell.set('id', idFor(undefined, JSON.stringify(cell.toJSON())));
        if (key === 'cell_type') cell.set('cell_type', 'raw');
        if (key === 'source') cell.set('source', new Y.Text(typeof value === 'string' ? value : ''));
        if (key === 'metadata') cell.set('metadata', new Y.Map());
        if (key === 'outputs') cell.set('outputs', new Y.Array());
      }
    }
  }, FROM_SERVER);
}

function faults(cell: YCell): readonly string[] {
  const type = cell.get('cell_type');
  const id = cell.get('id');
  const found: string[] = [];
  if (typeof id !== 'string' || id === '') found.push('id');
  if (!CELL_TYPES.has(type)) found.push('cell_type');
  if (!(cell.get('source') instanceof Y.Text)) found.push('source');
  if (!(cell.get('metadata') instanceof Y.Map)) found.push('metadata');
  if (type === 'code' && !(cell.get('outputs') instanceof Y.Array)) found.push('outputs');
  return found;
}
