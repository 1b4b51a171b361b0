import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { toProblem } from '@daybook/shared/errors/problem';
import type { Logger } from 'pino';
import { type Auth, notSignedIn, requireAction } from '../auth/auth.ts';
import type { Identity } from '../auth/identity.ts';
import type { Action } from '../auth/roles.ts';
import { presentedUpgrade } from './presented.ts';

/** Takes over the socket of a request that was let in; `false` when there is nothing at this path. */
type UpgradeHandler = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  identity: Identity,
) => boolean | Promise<boolean>;

export interface UpgradeRoute {
  /** An example of its paths, for the test that knocks on every door. */
  readonly example: string;
  readonly matches: (path: string) => boolean;
  /** What a connection lets its client do; `read` unless told. */
  readonly action?: Action;
  readonly handle: UpgradeHandler;
}

export interface UpgradeOptions {
  readonly auth: Auth;
  readonly checkHost: (host: string | undefined) => void;
  readonly routes: readonly UpgradeRoute[];
  readonly log: Logger;
}

/** Routes WebSocket requests; nobody gets past it without credentials, whatever the path. */
export function routeUpgrades(server: Server, { auth, checkHost, routes, log }: UpgradeOptions): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const onError = (error: Error) => log.debug({ err: error }, 'socket failed before its upgrade');
    socket.on('error', onError);
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://server');
      checkHost(request.headers.host);
      const identity = auth.identify(presentedUpgrade(request, url));
      if (identity === undefined) throw notSignedIn();
      const route = routes.find((candidate) => candidate.matches(url.pathname));
      if (route !== undefined) requireAction(identity, route.action ?? 'read');
      socket.off('error', onError);
      if (route !== undefined && (await route.handle(request, socket, head, identity))) return;
      refuse(socket, 404, 'There is no WebSocket at this address.');
    })().catch((error: unknown) => {
      const problem = toProblem(error);
      if (problem.status >= 500) log.error({ err: error }, 'WebSocket request failed');
      refuse(socket, problem.status, JSON.stringify(problem));
    });
  });
}

const REASONS: Record<number, string> = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' };

function refuse(socket: Duplex, status: number, body: string): void {
  if (socket.destroyed) return;
  const type = body.startsWith('{') ? 'application/problem+json' : 'text/plain';
  socket.end(
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}\r\nConnection: close\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
