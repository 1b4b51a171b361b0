import { ICollaborativeContentProvider } from '@jupyter/collaborative-drive';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookWidgetFactory, type NotebookWidgetFactory } from '@jupyterlab/notebook';
import { SharedNotebook } from '../../collab/shared-notebook.ts';

/** Notebooks are shared models with an undo that leaves other people's work alone. */
export const ynotebook: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:shared-notebooks',
  description: 'Makes the shared models of notebooks.',
  autoStart: true,
  requires: [ICollaborativeContentProvider, INotebookWidgetFactory],
  activate: (_app: JupyterFrontEnd, provider: ICollaborativeContentProvider, notebooks: NotebookWidgetFactory) => {
    provider.sharedModelFactory.registerDocumentFactory('notebook', () => {
      const notebook = new SharedNotebook();
      notebook.refused.connect(() => {
        Notification.info('Not undone: somebody else has written in this cell.', { autoClose: 5_000 });
      });
      return notebook;
    });
    notebooks.contentProviderId = 'rtc';
  },
};
