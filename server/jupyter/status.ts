import { Hono } from 'hono';
import type { AppEnv } from '../http/env.ts';
import type { Kernels } from './kernels/kernels.ts';

/** `/api` and `/api/status`, as stock clients probe them. */
export function statusRoutes(kernels: Kernels, version: string, started: Date): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/api', (c) => c.json({ version }));
  routes.get('/api/status', (c) => {
    const running = kernels.list();
    const last = Math.max(started.getTime(), ...running.map((kernel) => kernel.front.lastActivity));
    return c.json({
      started: started.toISOString(),
      last_activity: new Date(last).toISOString(),
      connections: running.reduce((sum, kernel) => sum + kernel.connections, 0),
      kernels: running.length,
    });
  });
  return routes;
}
