import { DaybookError } from '@daybook/shared/errors/error';
import { Notification } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import { NotebookPanel } from '@jupyterlab/notebook';
import { documentOf, marksOf } from '../../runs/marks.ts';
import { cancel } from '../../runs/server.ts';

/** Takes back the cell's run when that waits for others; false when there is no such run. */
export function cancelWaiting(cell: CodeCell): boolean {
  const newest = marksOf(documentOf(cell.model.sharedModel), cell.model.id).at(-1);
  let panel = cell.parent;
  while (panel !== null && !(panel instanceof NotebookPanel)) panel = panel.parent;
  const kernel = panel?.sessionContext.session?.kernel?.id;
  if (newest?.state !== 'queued' || kernel === undefined) return false;
  // Refused, or out of reach: the header goes on showing that it waits.
  cancel(kernel, [newest.id]).catch((error: unknown) => {
    Notification.error(error instanceof DaybookError ? error.message : 'The server does not answer.', {
      autoClose: 8_000,
    });
  });
  return true;
}
