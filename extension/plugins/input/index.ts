import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { serverRuns } from '../../runs/server.ts';
import { IRooms, type Rooms } from '../../tokens.ts';
import { watchQuestions } from './watch.ts';

const input: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:input',
  description: 'Asks in the cell for what a cell that runs on the server wants typed.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IRooms],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker, rooms: Rooms | null) => {
    // In a stock Jupyter the kernel asks the page that ran the cell, and JupyterLab shows its own box.
    if (!serverRuns()) return;
    const watch = (panel: NotebookPanel) => watchQuestions(panel, rooms);
    tracker.forEach(watch);
    tracker.widgetAdded.connect((_sender, panel) => watch(panel));
  },
};

export default input;
