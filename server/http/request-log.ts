import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import { withoutTokens } from '../telemetry/log.ts';
import type { HttpMeter } from '../telemetry/meter.ts';
import type { AppEnv } from './env.ts';

/** Gives each request an id (kept from a proxy when it is a plain one), a log line and a figure. */
export function requestLog(log: Logger, meter: HttpMeter): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id');
    const id = given !== undefined && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    const child = log.child({ request: id });
    c.set('requestId', id);
    c.set('log', child);
    const started = performance.now();
    await next();
    const elapsed = performance.now() - started;
    c.header('X-Request-Id', id);
    const { pathname, search } = new URL(c.req.url);
    meter.observe({ method: c.req.method, path: pathname, status: c.res.status, seconds: elapsed / 1000 });
    child.debug(
      { method: c.req.method, url: withoutTokens(pathname + search), status: c.res.status, ms: Math.round(elapsed) },
      'request',
    );
  };
}
