import { createHash } from 'node:crypto';
import type { ExecuteRequest } from '@daybook/shared/api/runs';
import { DaybookError } from '@daybook/shared/errors/error';
import type * as Y from 'yjs';
import { findCell, sourceOf } from './cell.ts';

type Asked = ExecuteRequest['cells'];

/**
 * The sources of these cells, once they are those that whoever asks has seen. A page's request may
 * overtake what was typed before it, so the room gets `patience` milliseconds to catch up. Errors:
 * `no_such_cell` (404), `not_a_code_cell`, `stale_source` (409).
 */
export async function sourcesOf(doc: Y.Doc, cells: Asked, patience = 1_500): Promise<string[]> {
  if (trouble(doc, cells) !== undefined) await changed(doc, () => trouble(doc, cells) === undefined, patience);
  const error = trouble(doc, cells);
  if (error !== undefined) throw error;
  return cells.map(({ cell_id }) => {
    const cell = findCell(doc, cell_id);
    return cell === undefined ? '' : sourceOf(cell);
  });
}

/** Resolves when the test holds after a change, or when the time is over. */
function changed(doc: Y.Doc, test: () => boolean, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (test()) done();
    };
    const timer = setTimeout(() => done(), patience);
    const done = () => {
      clearTimeout(timer);
      doc.off('update', look);
      resolve();
    };
    doc.on('update', look);
  });
}

function trouble(doc: Y.Doc, cells: Asked): DaybookError | undefined {
  for (const { cell_id: id, hash } of cells) {
    const cell = findCell(doc, id);
    if (cell === undefined) {
      return new DaybookError('no_such_cell', `There is no cell “${id}” in this document.`, {
        status: 404,
        action: 'It was deleted. Look at the document again.',
      });
    }
    if (cell.get('cell_type') !== 'code') {
      return new DaybookError('not_a_code_cell', `The cell “${id}” has no code to run.`, {
        action: 'Turn it into a code cell first.',
      });
    }
    if (hash !== undefined && hash !== createHash('sha256').update(sourceOf(cell)).digest('hex')) {
      return new DaybookError('stale_source', `The cell “${id}” says something else here than where it was run from.`, {
        status: 409,
        action: 'Wait until your changes have arrived, look at the cell and run it again.',
      });
    }
  }
  return undefined;
}
