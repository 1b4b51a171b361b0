import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Auth } from '../auth/auth.ts';
import { guard } from '../auth/guard.ts';
import { authRoutes } from '../auth/routes.ts';
import { FAVICON } from '../lab/favicon.ts';
import type { HttpMeter } from '../telemetry/meter.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { docsRoutes } from './docs.ts';
import type { AppEnv } from './env.ts';
import { type Checked, healthRoutes } from './health.ts';
import { limits } from './limits.ts';
import { answerError, answerMissing } from './problems.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security.ts';

export interface AppOptions {
  readonly auth: Auth;
  readonly checkHost: (host: string | undefined) => void;
  readonly log: Logger;
  readonly meter: HttpMeter;
  readonly metrics: () => Promise<Metrics>;
  readonly version: string;
  /** What `/ready` asks, by name. */
  readonly services: Readonly<Record<string, Checked>>;
  /** Routes of the features; all are behind the guard. */
  readonly features: readonly (Hono<AppEnv> | Hono)[];
  /** Routes of `/api/v1`, which the API page describes. */
  readonly api: readonly OpenAPIHono<AppEnv>[];
}

/**
 * Puts the HTTP side together. Order matters: id and log line, security headers, name and size of
 * the request, then the guard; whatever is routed after it needs a signed-in user.
 */
export function createApp(options: AppOptions): OpenAPIHono<AppEnv> {
  const { auth, checkHost, log, meter, metrics, version, services, features, api } = options;
  const app = new OpenAPIHono<AppEnv>();
  app.onError(answerError);
  app.notFound(answerMissing);
  app.use('*', requestLog(log, meter));
  app.use('*', securityHeaders);
  app.use('*', (c, next) => {
    checkHost(c.req.header('host'));
    return next();
  });
  app.use('*', limits);
  app.use('*', guard(auth));

  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.route('/', healthRoutes(version, services));
  app.route('/', authRoutes(auth));
  app.get('/favicon.svg', (c) =>
    c.body(FAVICON, 200, { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'public, max-age=86400' }),
  );
  app.get('/metrics', async (c) => {
    const { contentType, text } = await metrics();
    return c.body(await text(), 200, { 'Content-Type': contentType });
  });
  for (const routes of api) app.route('/', routes);
  app.route('/', docsRoutes(app, version));
  for (const routes of features) app.route('/', routes as Hono<AppEnv>);
  return app;
}
