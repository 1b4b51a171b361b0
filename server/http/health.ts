import { Health, Readiness } from '@daybook/shared/api/health';
import { DaybookError } from '@daybook/shared/errors/error';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './env.ts';
import { problem } from './problem-response.ts';

/** A service the server depends on. */
export interface Checked {
  check(): Promise<void>;
}

const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  tags: ['operation'],
  operationId: 'getHealth',
  summary: 'The process answers',
  security: [],
  responses: {
    200: { description: 'It does.', content: { 'application/json': { schema: Health } } },
    421: problem('It is not known by the name it was asked under.'),
  },
});
const readyRoute = createRoute({
  method: 'get',
  path: '/ready',
  tags: ['operation'],
  operationId: 'getReadiness',
  security: [],
  summary: 'Every service it depends on can be used',
  responses: {
    200: { description: 'All can.', content: { 'application/json': { schema: Readiness } } },
    421: problem('It is not known by the name it was asked under.'),
    503: { description: 'At least one cannot.', content: { 'application/json': { schema: Readiness } } },
  },
});

/** Milliseconds a check may take before the service counts as unusable. */
const PATIENCE = 5_000;

/** `/health` and `/ready`. They are public, so an error shows its code and never its message. */
export function healthRoutes(version: string, services: Readonly<Record<string, Checked>>): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>();
  routes.openapi(healthRoute, (c) =>
    c.json({ status: 'ok' as const, version, uptime: Math.round(process.uptime()) }, 200),
  );
  routes.openapi(readyRoute, async (c) => {
    const checks = await Promise.all(
      Object.entries(services).map(async ([name, service]) => {
        const started = performance.now();
        const error = await failureOf(service);
        if (error !== undefined) c.get('log').warn({ err: error, service: name }, 'service is not usable');
        const milliseconds = Math.round(performance.now() - started);
        return [
          name,
          { ok: error === undefined, milliseconds, ...(error === undefined ? {} : { error: codeOf(error) }) },
        ] as const;
      }),
    );
    const ready = checks.every(([, { ok }]) => ok);
    return c.json({ ready, checks: Object.fromEntries(checks) }, ready ? 200 : 503);
  });
  return routes;
}

async function failureOf(service: Checked): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      service.check(),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new DaybookError('timeout', 'The check took too long.')), PATIENCE);
      }),
    ]);
    return undefined;
  } catch (error) {
    return error ?? new DaybookError('unknown', 'The check failed.');
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  return error instanceof DaybookError ? error.code : 'unreachable';
}
