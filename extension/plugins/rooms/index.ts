import {
  IAwarenessProviderFactory,
  IDocumentProviderFactory,
  WebSocketAwarenessProvider,
  WebSocketProvider,
} from '@jupyter/docprovider';
import { notebookCellExecutor } from '@jupyter/docprovider-extension/lib/executor';
import { rtcContentProvider, yfile, ynotebook } from '@jupyter/docprovider-extension/lib/filebrowser';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import { ITranslator } from '@jupyterlab/translation';

/**
 * Opens the connection of a document to its room. The stock factory does the same and can also
 * show a conflict as a difference of two notebooks, for which it brings half a megabyte along.
 */
const documents: JupyterFrontEndPlugin<IDocumentProviderFactory> = {
  id: '@daybook/extension:document-rooms',
  description: 'Connects documents to their rooms on the server.',
  requires: [ITranslator],
  provides: IDocumentProviderFactory,
  activate: (app: JupyterFrontEnd, translator: ITranslator): IDocumentProviderFactory => ({
    create: (options) =>
      new WebSocketProvider({
        ...options,
        translator: translator.load('jupyter_collaboration'),
        onConflictSaveAs: async () => {
          await app.commands.execute('docmanager:save-as');
        },
        onConflictRevert: async () => {
          await app.commands.execute('docmanager:reload');
        },
      }),
  }),
};

const awareness: JupyterFrontEndPlugin<IAwarenessProviderFactory> = {
  id: '@daybook/extension:awareness-rooms',
  description: 'Connects people’s presence to their rooms on the server.',
  provides: IAwarenessProviderFactory,
  activate: (): IAwarenessProviderFactory => ({
    create: ({ serverSettings, ...options }) =>
      new WebSocketAwarenessProvider({ ...options, url: URLExt.join(serverSettings.wsUrl, 'api/collaboration/room') }),
  }),
};

export default [documents, awareness, rtcContentProvider, yfile, ynotebook, notebookCellExecutor];
