import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LARGEST_ROOM_FRAME, ROOM_CLOSE, ROOM_QUERY } from '@daybook/shared/api/room-messages';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace } from '@daybook/shared/ports/workspace';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../auth/identity.ts';
import type { Database } from '../db/database.ts';
import { Connection } from './connection.ts';
import { createDocuments, type Documents } from './documents.ts';
import type { FilePacking } from './file-packing.ts';
import type { DocumentTarget, HeldDocument } from './held-document.ts';
import { Lobby } from './lobby.ts';
import type { ObserveRoom } from './room-observer.ts';
import { Rooms, type RoomsOptions } from './rooms.ts';
import { createRoutes } from './routes.ts';
import type { SaveTiming } from './save-timer.ts';

export interface CollabOptions {
  readonly workspace: Workspace;
  readonly log: DocumentLog;
  /** Where the paths of documents are kept; tests may hand in `documents` instead. */
  readonly database: Pick<Database, 'orm'> | { readonly documents: Documents };
  readonly logger: Logger;
  readonly timing?: SaveTiming;
  /** Takes large outputs out of notebooks' files and puts them back; they stay in unless told. */
  readonly packing?: FilePacking;
  /** Told what happens in every room. */
  readonly observe?: ObserveRoom;
  /** Milliseconds an empty room stays open; 30 000 unless told. */
  readonly idle?: number;
  /** Bytes of all rooms together above which empty ones go at once; 256 MB unless told. */
  readonly memory?: number;
  /** May change a document when it was loaded, before anybody sees it; in one transaction. */
  readonly onLoad?: RoomsOptions['onLoad'];
  /** Tells when somebody is somebody else now, or nobody; connections follow. */
  readonly watch?: (identity: Identity, listener: (now: Identity | undefined) => void) => Disposer;
}

/** Shared documents over Jupyter's collaboration protocol. */
export interface Collab {
  /** To be mounted at `/`, behind authentication and an error handler. */
  readonly routes: Hono;
  /** Takes over the socket of a request to a room; false, with nothing done, for any other path. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, identity: Identity): boolean;
  /**
   * Opens a document for the server's own work, loaded if need be. Errors: those of loading,
   * `document_not_found`, `file_not_found`, `server_stopping`.
   */
  hold(target: DocumentTarget): Promise<HeldDocument>;
  /** A document’s id and the path of its file. Errors: `document_not_found`, `file_not_found`. */
  place(target: DocumentTarget): Promise<{ readonly id: string; readonly path: string }>;
  /** Deletes the history of a document whose file is gone for good; one that somebody has open stays. */
  forget(id: string): Promise<void>;
  /** Sends an event to every page that has the document open now. */
  announce(target: DocumentTarget, event: { readonly kind: string; readonly body: unknown }): Promise<void>;
  /** Resolves when the database knows all changes of the workspace told so far, and the open rooms were told. */
  readonly upToDate: Promise<void>;
  /** For the metrics page. */
  readonly gauges: { open(): number; bytes(): number };
  /** Writes every open document to its file. */
  flush(): Promise<void>;
  /** Flushes, closes every socket with 1012 (clients reconnect) and ends every room. */
  close(): Promise<void>;
}

const ROOM = '/api/collaboration/room/';
const LOBBY = 'JupyterLab:globalAwareness';

export function createCollab(options: CollabOptions): Collab {
  const { workspace, log, database, logger, timing, observe, idle, memory, watch, onLoad, packing } = options;
  const documents = 'documents' in database ? database.documents : createDocuments(database);
  const rooms = new Rooms({ documents, log, workspace, logger, timing, observe, idle, memory, onLoad, packing });
  const lobby = new Lobby();
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: LARGEST_ROOM_FRAME });

  async function enter(socket: WebSocket, address: URL, identity: Identity): Promise<void> {
    const extended = address.searchParams.get(ROOM_QUERY.name) === ROOM_QUERY.value;
    const connection = new Connection(socket, { identity, log: logger, extended });
    const stopWatching = watch?.(identity, (now) => connection.become(now));
    if (stopWatching !== undefined) connection.onClose(stopWatching);
    const name = roomName(address);
    if (name === LOBBY) return lobby.join(connection);
    try {
      const room = await rooms.open(name);
      if (connection.open) room.join(connection);
    } catch (error) {
      logger.warn({ err: error, room: name }, 'document could not be opened');
      const reason = error instanceof DaybookError ? error.message : 'the document could not be loaded';
      connection.close(closeCode(error), reason);
    }
  }

  return {
    routes: createRoutes({ documents, workspace, rooms }),
    upgrade(request, socket, head, identity) {
      const address = new URL(request.url ?? '', 'http://server');
      if (!address.pathname.startsWith(ROOM)) return false;
      server.handleUpgrade(request, socket, head, (opened) => void enter(opened, address, identity));
      return true;
    },
    hold: (target) => rooms.hold(target),
    place: (target) => rooms.place(target),
    forget: (id) => rooms.forget(id),
    async announce(target, { kind, body }) {
      for (const room of rooms.find(target)) room.announce(kind, body);
    },
    get upToDate() {
      return rooms.upToDate;
    },
    gauges: { open: () => rooms.size, bytes: () => rooms.bytes },
    flush: () => rooms.flush(),
    async close() {
      await rooms.close();
      lobby.close();
      await farewell(server);
    },
  };
}

/** Gives the close frames a moment to arrive, then ends what is left. */
async function farewell(server: WebSocketServer): Promise<void> {
  const impatient = setTimeout(() => {
    for (const socket of server.clients) socket.terminate();
  }, 500);
  await Promise.all([...server.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  clearTimeout(impatient);
  server.close();
}

/** Stock clients encode the name, `:` included, or not. */
function roomName({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname.slice(ROOM.length));
  } catch {
    return pathname.slice(ROOM.length); // no document has such a name: answered by the room's close code
  }
}

function closeCode(error: unknown): number {
  const status = error instanceof DaybookError ? error.status : 500;
  if (status === 503) return ROOM_CLOSE.restart;
  if (status === 404) return ROOM_CLOSE.missing;
  return status < 500 ? ROOM_CLOSE.malformed : ROOM_CLOSE.failed;
}
