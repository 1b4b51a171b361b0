import type { Restored } from '@daybook/shared/api/versions';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Cell, Notebook } from '@daybook/shared/notebook/notebook';
import type * as Y from 'yjs';
import type { Collab } from '../collab/collab.ts';
import type { YCell } from '../collab/notebook-cells.ts';
import { restoreCell, restoreNotebook, restoreText } from '../collab/notebook-restore.ts';
import type { StoredAuthor } from '../db/schema.ts';
import type { History } from './history.ts';

/** Origin of restoring. Like the server's own, it is nobody's to undo. */
const FROM_RESTORE = 'restore';

/** How often the document is kept anew when a word still came in between. */
const ATTEMPTS = 5;

export interface RestoreOptions {
  readonly history: Pick<History, 'recorder'>;
  readonly collab: Pick<Collab, 'hold'>;
  readonly document: string;
  readonly type: 'notebook' | 'file';
  readonly author: StoredAuthor;
}

/**
 * Changes a live document back, forward: nobody is thrown out, and what is there before the change
 * is a version first. Nothing that was typed falls between that version and the change. Resolves
 * when the change is durable. Errors: those of opening the document and of the stores (nothing was
 * changed), `document_busy`.
 */
export async function restoreInto(options: RestoreOptions, change: (doc: Y.Doc) => void): Promise<Restored> {
  const { history, collab, document, type, author } = options;
  const held = await collab.hold({ id: document });
  try {
    const recorder = history.recorder(document, type);
    if (recorder === undefined) throw wrongType(type);
    return await held.quietly(async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const { id } = await recorder.capture('pre-restore');
        if (recorder.changed) continue;
        let changed = false;
        const onUpdate = () => {
          changed = true;
        };
        held.doc.on('update', onUpdate);
        recorder.changeFor(author, () => held.doc.transact(() => change(held.doc), FROM_RESTORE));
        held.doc.off('update', onUpdate);
        await held.settle();
        return { before: id, changed };
      }
      throw new DaybookError('document_busy', 'The document was changed all the while, so nothing was restored.', {
        status: 409,
        action: 'Try again in a moment.',
      });
    });
  } finally {
    held.release();
  }
}

/** The whole notebook as it was. */
export const wholeNotebook = (wanted: Notebook) => (doc: Y.Doc) =>
  restoreNotebook({ cells: doc.getArray<YCell>('cells'), meta: doc.getMap<unknown>('meta') }, wanted);

/** One cell as it was, at its place. */
export const oneCell = (cell: Cell, after: readonly string[]) => (doc: Y.Doc) =>
  restoreCell(doc.getArray<YCell>('cells'), cell, after);

/** A text file as it was. */
export const wholeText = (wanted: string) => (doc: Y.Doc) => restoreText(doc.getText('source'), wanted);

/** The cell of a notebook, and the cells before it, nearest first. Fails with `cell_not_found`. */
export function cellIn({ cells }: Notebook, id: string): { readonly cell: Cell; readonly after: readonly string[] } {
  const at = cells.findIndex((cell) => cell.id === id);
  const cell = cells[at];
  if (cell === undefined) {
    throw new DaybookError('cell_not_found', `The version has no cell “${id}”.`, {
      status: 404,
      action: 'Choose a cell of this version.',
    });
  }
  const after = cells
    .slice(0, at)
    .map((each) => each.id)
    .reverse();
  return { cell, after };
}

function wrongType(type: string): DaybookError {
  return new DaybookError('wrong_type', `The document is not a ${type} any more.`, {
    status: 409,
    action: 'Copy the version to a new file instead.',
  });
}
