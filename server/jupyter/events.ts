import { WebSocketServer } from 'ws';
import type { UpgradeRoute } from '../http/upgrades.ts';
import { CLOSE_RESTART, keepAlive } from './kernels/channels.ts';

export interface Events {
  readonly route: UpgradeRoute;
  close(): void;
}

/** `api/events/subscribe`: the socket JupyterLab listens on for server events. It stays open and quiet. */
export function createEvents(): Events {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 << 10 });
  const stop = keepAlive(server, 30_000);
  return {
    route: {
      example: '/api/events/subscribe',
      matches: (path) => path === '/api/events/subscribe',
      handle(request, socket, head) {
        server.handleUpgrade(request, socket, head, (opened) => {
          server.emit('connection', opened, request);
          // A client that breaks the protocol loses its socket; there is nothing else to do.
          opened.on('error', () => opened.terminate());
        });
        return true;
      },
    },
    close() {
      stop();
      for (const socket of server.clients) socket.close(CLOSE_RESTART, 'The server is restarting.');
      server.close();
    },
  };
}
