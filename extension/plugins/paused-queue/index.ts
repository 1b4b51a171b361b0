import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { serverRuns } from '../../runs/server.ts';
import { followReplies } from './follow-replies.ts';
import { followRuns } from './follow-runs.ts';
import { watchPanel } from './watch.ts';

const pausedQueue: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:paused-queue',
  description: 'Keeps the cells that waited when a kernel ended by itself.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    const follow = serverRuns() ? followRuns : followReplies;
    const add = (panel: NotebookPanel) => watchPanel(panel, follow);
    tracker.forEach(add);
    tracker.widgetAdded.connect((_sender, panel) => add(panel));
    // The cell that ran says why its kernel ended, and the strip what waits: no dialog on top.
    Dialog.tracker.widgetAdded.connect((_tracker, dialog) => {
      if (dialog.node.ariaLabel?.startsWith('Kernel Restarting') !== true) return;
      // It can be dismissed only once it is on the page, which it is right after this signal.
      void Promise.resolve().then(() => {
        if (!dialog.isDisposed) dialog.reject();
      });
    });
  },
};

export default pausedQueue;
