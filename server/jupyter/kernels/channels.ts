import { DaybookError } from '@daybook/shared/errors/error';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Logger } from 'pino';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { decodePath } from '../../http/path.ts';
import type { UpgradeRoute } from '../../http/upgrades.ts';
import type { Connections } from './connections.ts';
import type { Kernels, RunningKernel } from './kernels.ts';
import { V1_PROTOCOL, type Wire, wireOf } from './wire.ts';

const PATH = /^\/api\/kernels\/([^/]+)\/channels$/;

/** Largest message of a client. */
const MAX_FRAME = 256 << 20;
/** Bytes waiting in a socket above which the client is cut off: it may reconnect and catch up. */
const MAX_WAITING = 256 << 20;
/** Milliseconds between pings; a socket that misses one whole round is dead. */
const HEARTBEAT = 30_000;

/** Server restart: clients try again (1000 and 1001 would make them stop). */
export const CLOSE_RESTART = 1012;

export interface Channels {
  readonly route: UpgradeRoute;
  /** Closes every socket so that clients come back later. */
  close(): void;
}

/** `api/kernels/:id/channels`: kernel messages over WebSocket. */
export function createChannels(kernels: Kernels, connections: Connections, log: Logger): Channels {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME,
    handleProtocols: (offered) => (offered.has(V1_PROTOCOL) ? V1_PROTOCOL : false),
  });
  const stopHeartbeat = keepAlive(server, HEARTBEAT);

  function serve(socket: WebSocket, kernel: RunningKernel, session: string): void {
    const { id } = kernel.front;
    const wire = wireOf(socket.protocol);
    const leave = connections.join(kernel, session, { send: (message) => sendTo(socket, wire, message, log) });
    const stopListening = kernels.onGone((gone) => {
      if (gone === id) socket.close(1000, 'The kernel was shut down.');
    });
    const stopWatching = kernels.onSleep((slept) => {
      // Clients come back, which wakes it: they see that it is a new one.
      if (slept === id) socket.close(CLOSE_RESTART, 'The kernel was ended because nobody used it.');
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      try {
        kernel.front.send(wire.decode(isBinary ? bytesOf(data) : data.toString()));
      } catch (error) {
        if (!(error instanceof DaybookError)) throw error;
        log.warn({ err: error, kernel: id }, 'message dropped');
      }
    });
    socket.on('error', (error) => log.debug({ err: error, kernel: id }, 'kernel socket failed'));
    socket.on('close', () => {
      leave();
      stopListening();
      stopWatching();
    });
  }

  return {
    route: {
      example: '/api/kernels/00000000-0000-0000-0000-000000000000/channels',
      matches: (path) => PATH.test(path),
      action: 'run',
      async handle(request, socket, head) {
        const url = new URL(request.url ?? '/', 'http://server');
        const id = decodePath(PATH.exec(url.pathname)?.[1] ?? '');
        // Asleep since the last server: nobody needed it until now.
        const kernel = await kernels.wake(id);
        const session = url.searchParams.get('session_id') ?? '';
        server.handleUpgrade(request, socket, head, (opened) => {
          server.emit('connection', opened, request);
          serve(opened, kernel, session);
        });
        return true;
      },
    },
    close() {
      stopHeartbeat();
      for (const socket of server.clients) socket.close(CLOSE_RESTART, 'The server is restarting.');
      server.close();
    },
  };
}

function sendTo(socket: WebSocket, wire: Wire, message: JupyterMessage, log: Logger): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_WAITING) {
    log.warn('kernel socket cut off: the client reads too slowly');
    socket.terminate();
    return;
  }
  socket.send(wire.encode(message));
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Pings every socket of a server and ends those that did not answer the last ping. */
export function keepAlive(server: WebSocketServer, every: number): () => void {
  const silent = new WeakSet<WebSocket>();
  server.on('connection', (socket) => socket.on('pong', () => silent.delete(socket)));
  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (silent.has(socket)) socket.terminate();
      silent.add(socket);
      socket.ping();
    }
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
