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
import { INotebookCellExecutor } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import { IRooms, type Rooms } from '../../tokens.ts';
import { patiently } from './patient-executor.ts';
import { RoomRegistry } from './registry.ts';

const rooms: JupyterFrontEndPlugin<Rooms> = {
  id: '@daybook/extension:rooms',
  description: 'Knows whether the rooms of open documents are connected.',
  provides: IRooms,
  activate: (): Rooms => new RoomRegistry(),
};

/**
 * Opens the connection of a document to its room. The stock factory does the same and can also
 * show a conflict as a difference of two notebooks, for which it brings half a megabyte along.
 */
const documents: JupyterFrontEndPlugin<IDocumentProviderFactory> = {
  id: '@daybook/extension:document-rooms',
  description: 'Connects documents to their rooms on the server.',
  requires: [ITranslator, IRooms],
  provides: IDocumentProviderFactory,
  activate: (app: JupyterFrontEnd, translator: ITranslator, known: Rooms): IDocumentProviderFactory => ({
    create: (options) => {
      const provider = new WebSocketProvider({
        ...options,
        translator: translator.load('jupyter_collaboration'),
        onConflictSaveAs: async () => {
          await app.commands.execute('docmanager:save-as');
        },
        onConflictRevert: async () => {
          await app.commands.execute('docmanager:reload');
        },
      });
      if (known instanceof RoomRegistry) follow(provider, options.path, known);
      return provider;
    },
  }),
};

/** A room that never opens is reported by the document manager; here it only stays unknown. */
function follow(provider: WebSocketProvider, path: string, registry: RoomRegistry): void {
  const known = () => {
    const connection = provider.wsProvider;
    if (connection !== null) registry.add(path, connection as unknown as Parameters<RoomRegistry['add']>[1]);
  };
  provider.ready.then(known, () => registry.remove(path));
}

const awareness: JupyterFrontEndPlugin<IAwarenessProviderFactory> = {
  id: '@daybook/extension:awareness-rooms',
  description: 'Connects people’s presence to their rooms on the server.',
  provides: IAwarenessProviderFactory,
  activate: (): IAwarenessProviderFactory => ({
    create: ({ serverSettings, ...options }) =>
      new WebSocketAwarenessProvider({ ...options, url: URLExt.join(serverSettings.wsUrl, 'api/collaboration/room') }),
  }),
};

const executor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: '@daybook/extension:cell-executor',
  description: 'Runs cells where the documents’ rooms say, as soon as the kernel is there.',
  provides: INotebookCellExecutor,
  activate: async (app: JupyterFrontEnd): Promise<INotebookCellExecutor> => {
    const stock = await notebookCellExecutor.activate(app);
    return { runCell: patiently((options) => stock.runCell(options)) };
  },
};

export default [rooms, documents, awareness, rtcContentProvider, yfile, ynotebook, executor];
