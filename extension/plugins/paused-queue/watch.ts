import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import { PausedNotice } from './notice.ts';
import { cellsToRun, type PausedQueue } from './paused-queue.ts';

/** Where a notebook's paused cells are known from. */
export type FollowQueue = (
  panel: NotebookPanel,
  show: (queue: PausedQueue | undefined) => void,
) => {
  /** The person does not want to hear of the queue any more. */
  readonly dismiss: () => void;
};

/** Offers to run the cells of this notebook that waited when their kernel ended. */
export function watchPanel(panel: NotebookPanel, follow: FollowQueue): void {
  const { content: notebook, sessionContext } = panel;
  let queue: PausedQueue | undefined;
  const notice = new PausedNotice({
    run: (above) => {
      if (queue === undefined) return;
      const ids = notebook.widgets.map(({ model }) => model.id);
      const wanted = new Set(cellsToRun(queue, ids, above));
      source.dismiss();
      const cells = notebook.widgets.filter(({ model }) => wanted.has(model.id));
      void NotebookActions.runCells(notebook, cells, sessionContext);
    },
    dismiss: () => source.dismiss(),
  });
  panel.contentHeader.addWidget(notice);
  const source = follow(panel, (next) => {
    queue = next;
    notice.say(queue);
  });
}
