import { Hono } from 'hono';
import type { AppEnv } from '../http/env.ts';

/** `/api/me`: who the browser is signed in as, in Jupyter's form. */
export function accountRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/api/me', (c) => {
    const { id, name, displayName, initials, color } = c.get('identity');
    return c.json({
      identity: { username: id, name, display_name: displayName, initials, avatar_url: null, color },
      permissions: allPermissions(c.req.query('permissions')),
    });
  });
  return routes;
}

/** The owner may do all that is asked about; roles come with accounts. */
function allPermissions(asked: string | undefined): Record<string, string[]> {
  try {
    return (JSON.parse(asked ?? '{}') as Record<string, string[]>) ?? {};
  } catch {
    return {};
  }
}
