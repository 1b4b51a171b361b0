import { Hono } from 'hono';
import type { AppEnv } from '../../http/env.ts';

/** `/lab/api/translations`: English only for now, which needs no language pack. */
export function translationRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/lab/api/translations', (c) =>
    c.json({ data: { en: { displayName: 'English', nativeName: 'English' } }, message: '' }),
  );
  routes.get('/lab/api/translations/:locale', (c) => c.json({ data: {}, message: '' }));
  return routes;
}
