import { ICollaborativeContentProvider } from '@jupyter/collaborative-drive';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookWidgetFactory, type NotebookWidgetFactory } from '@jupyterlab/notebook';
import { SharedNotebook } from '../../collab/shared-notebook.ts';

/** Notebooks are shared models with an undo that leaves other people's work alone. */
export const ynotebook: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:shared-notebooks',
  description: 'Makes the shared models of notebooks.',
  autoStart: true,
  requires: [ICollaborativeContentProvider, INotebookWidgetFactory],
  activate: (_app: JupyterFrontEnd, provider: ICollaborativeContentProvider, notebooks: NotebookWidgetFactory) => {
    provider.sharedModelFactory.registerDocumentFactory('notebook', () => new SharedNotebook());
    notebooks.contentProviderId = 'rtc';
  },
};
