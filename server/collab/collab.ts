import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace } from '@daybook/shared/ports/workspace';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../auth/identity.ts';
import type { Database } from '../db/database.ts';
import { CLOSE, Connection } from './connection.ts';
import { createDocuments, type Documents } from './documents.ts';
import { Lobby } from './lobby.ts';
import { Rooms } from './rooms.ts';
import { createRoutes } from './routes.ts';
import type { SaveTiming } from './save-timer.ts';

export interface CollabOptions {
  readonly workspace: Workspace;
  readonly log: DocumentLog;
  /** Where the paths of documents are kept; tests may hand in `documents` instead. */
  readonly database: Pick<Database, 'orm'> | { readonly documents: Documents };
  readonly logger: Logger;
  readonly timing?: SaveTiming;
  /** Milliseconds an empty room stays open; 30 000 unless told. */
  readonly idle?: number;
}

/** Shared documents over Jupyter's collaboration protocol. */
export interface Collab {
  /** To be mounted at `/`, behind authentication and an error handler. */
  readonly routes: Hono;
  /** Takes over the socket of a request to a room; false, with nothing done, for any other path. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, identity: Identity): boolean;
  /** Writes every open document to its file. */
  flush(): Promise<void>;
  /** Flushes, closes every socket with 1012 (clients reconnect) and ends every room. */
  close(): Promise<void>;
}

const ROOM = '/api/collaboration/room/';
const LOBBY = 'JupyterLab:globalAwareness';
const LARGEST_FRAME = 8 << 20;

export function createCollab({ workspace, log, database, logger, timing, idle }: CollabOptions): Collab {
  const documents = 'documents' in database ? database.documents : createDocuments(database);
  const rooms = new Rooms({ documents, log, workspace, logger, timing, idle });
  const lobby = new Lobby();
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: LARGEST_FRAME });

  async function enter(socket: WebSocket, name: string, identity: Identity): Promise<void> {
    const connection = new Connection(socket, { identity, log: logger });
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
      const name = roomName(request.url ?? '');
      if (name === undefined) return false;
      server.handleUpgrade(request, socket, head, (opened) => void enter(opened, name, identity));
      return true;
    },
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
function roomName(url: string): string | undefined {
  const { pathname } = new URL(url, 'http://server');
  if (!pathname.startsWith(ROOM)) return undefined;
  try {
    return decodeURIComponent(pathname.slice(ROOM.length));
  } catch {
    return pathname.slice(ROOM.length); // no document has such a name: answered by the room's close code
  }
}

function closeCode(error: unknown): number {
  const status = error instanceof DaybookError ? error.status : 500;
  if (status === 503) return CLOSE.restart;
  if (status === 404) return CLOSE.missing;
  return status < 500 ? CLOSE.malformed : CLOSE.failed;
}
