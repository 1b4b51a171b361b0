import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { serverRuns } from '../../runs/server.ts';
import { followTrust } from './follow-trust.ts';

const trust: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:trust',
  description: 'Trusts what cells show that the server ran.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    if (!serverRuns()) return;
    const add = (panel: NotebookPanel) => {
      void panel.context.ready.then(() => {
        const { model } = panel.context;
        for (const cell of model.cells) followTrust(cell);
        // A cell that was moved is another model of the same cell.
        model.cells.changed.connect((_cells, { type, newValues }) => {
          if (type === 'add') for (const cell of newValues) followTrust(cell);
        });
      });
    };
    tracker.forEach(add);
    tracker.widgetAdded.connect((_sender, panel) => add(panel));
  },
};

export default trust;
