import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { watchPanel } from './watch.ts';

const pausedQueue: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:paused-queue',
  description: 'Keeps the cells that waited when a kernel ended by itself.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    tracker.forEach(watchPanel);
    tracker.widgetAdded.connect((_sender, panel) => watchPanel(panel));
  },
};

export default pausedQueue;
