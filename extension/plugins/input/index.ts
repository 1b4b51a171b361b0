import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { serverRuns } from '../../runs/server.ts';
import { watchQuestions } from './watch.ts';

const input: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:input',
  description: 'Asks in the cell for what a cell that runs on the server wants typed.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    // In a stock Jupyter the kernel asks the page that ran the cell, and JupyterLab shows its own box.
    if (!serverRuns()) return;
    tracker.forEach(watchQuestions);
    tracker.widgetAdded.connect((_sender, panel) => watchQuestions(panel));
  },
};

export default input;
