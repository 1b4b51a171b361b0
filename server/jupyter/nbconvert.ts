import { Hono } from 'hono';
import type { AppEnv } from '../http/env.ts';

/** `/api/nbconvert`: the formats File › Save and Export offers. None yet: reports come later. */
export function nbconvertRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/api/nbconvert', (c) => c.json({}));
  return routes;
}
