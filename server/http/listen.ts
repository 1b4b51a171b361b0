import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DaybookError } from '@daybook/shared/errors/error';
import { toProblem } from '@daybook/shared/errors/problem';
import { getRequestListener } from '@hono/node-server';

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** Ends idle connections at once, lets requests under way finish, and resolves when all are gone. */
  stop(): Promise<void>;
  /** Ends every connection now. */
  cut(): void;
}

/** Longest head of a request, in bytes. */
const MAX_HEAD = 32 * 1024;

/** Starts listening. Errors: `port_taken`, `cannot_listen`. `prepare` sees the server before it opens. */
export async function listen(
  fetch: Parameters<typeof getRequestListener>[0],
  { host, port, prepare }: { host: string; port: number; prepare?: (server: Server) => void },
): Promise<Listening> {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  const server = createServer(
    { maxHeaderSize: MAX_HEAD, requestTimeout: 0 },
    (request, response) => void listener(request, response),
  );
  server.on('clientError', answerBadHead);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  prepare?.(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    cut() {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): DaybookError {
  if (error.code === 'EADDRINUSE') {
    return new DaybookError('port_taken', `Port ${port} on ${host} is taken by another program.`, {
      cause: error,
      action: `Stop that program, or choose another port: DAYBOOK_PORT=${port + 1} npm start (0 takes any free one).`,
    });
  }
  return new DaybookError('cannot_listen', `The server cannot listen on ${host}, port ${port}: ${error.message}.`, {
    cause: error,
    action: 'Correct DAYBOOK_HOST and DAYBOOK_PORT.',
  });
}

/** A head Node could not read never reaches the app, so it is answered here. */
function answerBadHead(error: NodeJS.ErrnoException, socket: import('node:stream').Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const known = tooLong
    ? new DaybookError(
        'head_too_long',
        `The address and headers of the request are longer than ${MAX_HEAD / 1024} KB.`,
        {
          status: 431,
          action: 'Send long values in the body, and clear the cookies of this site.',
        },
      )
    : new DaybookError('bad_request', 'The request is not HTTP.', { action: 'Use http:// and a common client.' });
  const body = JSON.stringify(toProblem(known));
  socket.end(
    `HTTP/1.1 ${known.status} ${tooLong ? 'Request Header Fields Too Large' : 'Bad Request'}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
