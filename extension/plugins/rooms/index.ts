import { IAwarenessProviderFactory, IDocumentProviderFactory, WebSocketAwarenessProvider } from '@jupyter/docprovider';
import { rtcContentProvider, yfile } from '@jupyter/docprovider-extension/lib/filebrowser';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection, type User } from '@jupyterlab/services';
import { DocumentRoom } from '../../collab/document-room.ts';
import { createIndexedKeptEdits } from '../../collab/indexed-kept-edits.ts';
import type { KeptEdits } from '../../collab/kept-edits.ts';
import { IRoomEvents, IRooms, type RoomEvents, type Rooms } from '../../tokens.ts';
import { drafts } from './drafts.ts';
import { IKeptEdits } from './kept-edits-token.ts';
import { guardLeaving } from './leaving.ts';
import { lockEditors } from './lock.ts';
import { ynotebook } from './notebooks.ts';
import { openDocument } from './open-document.ts';
import { RoomRegistry } from './registry.ts';
import { isReader, roomServer } from './server.ts';

const keptEdits: JupyterFrontEndPlugin<KeptEdits> = {
  id: '@daybook/extension:kept-edits',
  description: 'Keeps edits on this device until the server has them.',
  provides: IKeptEdits,
  activate: (): KeptEdits => createIndexedKeptEdits(),
};

const rooms: JupyterFrontEndPlugin<Rooms> = {
  id: '@daybook/extension:rooms',
  description: 'Knows how every open document stands with the server.',
  provides: IRooms,
  activate: (app: JupyterFrontEnd): Rooms => {
    const registry = new RoomRegistry();
    registry.role = isReader(app.serviceManager.serverSettings).then((reader) => {
      registry.readOnly = reader;
    });
    guardLeaving(app, registry);
    return registry;
  },
};

/**
 * Opens the connection of a document to its room. The stock provider ends a document whose session
 * it does not know, asks to reload after a restart, and types into nothing after a permanent close.
 */
const documents: JupyterFrontEndPlugin<IDocumentProviderFactory> = {
  id: '@daybook/extension:document-rooms',
  description: 'Connects documents to their rooms on the server.',
  requires: [IRooms, IKeptEdits, IRoomEvents],
  provides: IDocumentProviderFactory,
  activate: (app: JupyterFrontEnd, known: Rooms, kept: KeptEdits, events: RoomEvents): IDocumentProviderFactory => ({
    create: ({ path, format, contentType, model, user, serverSettings = ServerConnection.makeSettings() }) => {
      const room = new DocumentRoom({
        path,
        format,
        contentType,
        model,
        kept,
        server: roomServer(serverSettings),
        user: knownUser(user, known),
        mayWrite: () => !known.readOnly,
        onChange: (changed) => {
          if (known instanceof RoomRegistry) known.changed.emit(changed);
        },
        onEvent: ({ path: at }, { kind, body }) => events.tell({ path: at, kind, body }),
        startAnew: (ended) => void openDocument(app, ended.model, ended.path),
      });
      introduce(model, user);
      if (known instanceof RoomRegistry) known.add(room);
      return room;
    },
  }),
};

/** Who writes here, once it is known too what they may do: before that nothing is opened. */
async function knownUser(user: User.IManager, known: Rooms): Promise<string> {
  await user.ready;
  if (known instanceof RoomRegistry) await known.role;
  return user.identity?.username ?? '';
}

/** Says who one is to the others; the server puts its own word over it. */
function introduce({ awareness, disposed }: DocumentRoom['model'], user: User.IManager): void {
  const say = () => awareness.setLocalStateField('user', user.identity);
  void user.ready.then(say);
  user.userChanged.connect(say);
  disposed.connect(() => user.userChanged.disconnect(say));
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

export default [keptEdits, rooms, documents, awareness, rtcContentProvider, yfile, ynotebook, lockEditors, drafts];
