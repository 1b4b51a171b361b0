import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { Presented } from '../auth/auth.ts';
import type { AppEnv } from './env.ts';

/** What an HTTP request shows to the guard. */
export function presented(c: Context<AppEnv>): Presented {
  return {
    method: c.req.method,
    address: c.env?.incoming?.socket.remoteAddress ?? 'unknown',
    websocket: false,
    header: (name) => c.req.header(name),
    queryToken: new URL(c.req.url).searchParams.get('token') ?? undefined,
  };
}

/** The same for a request that asks for a WebSocket. */
export function presentedUpgrade(request: IncomingMessage, url: URL): Presented {
  return {
    method: 'GET',
    address: request.socket.remoteAddress ?? 'unknown',
    websocket: true,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    queryToken: url.searchParams.get('token') ?? undefined,
  };
}
