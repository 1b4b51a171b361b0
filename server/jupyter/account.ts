import { Hono } from 'hono';
import { z } from 'zod';
import { type Action, allows, type Role } from '../auth/roles.ts';
import type { AppEnv } from '../http/env.ts';

const Asked = z.record(z.string(), z.array(z.string()));

/** `/api/me`: who the browser is signed in as and what they may do, in Jupyter's form, and their `role`. */
export function accountRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/api/me', (c) => {
    const { id, name, displayName, initials, color, role } = c.get('identity');
    return c.json({
      identity: { username: id, name, display_name: displayName, initials, avatar_url: null, color },
      role,
      permissions: permissions(role, c.req.query('permissions')),
    });
  });
  return routes;
}

/** Which of the asked actions, by resource, the role allows. */
function permissions(role: Role, asked: string | undefined): Record<string, string[]> {
  const resources = Asked.safeParse(parse(asked)).data ?? {};
  return Object.fromEntries(
    Object.entries(resources).map(([resource, actions]) => [
      resource,
      actions.filter((action) => allows(role, actionFor(resource, action))),
    ]),
  );
}

/** Jupyter's words for our actions. */
function actionFor(resource: string, action: string): Action {
  if (action === 'read') return 'read';
  return action === 'execute' || ['kernels', 'sessions', 'terminals'].includes(resource) ? 'run' : 'edit';
}

function parse(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '{}');
  } catch {
    return {};
  }
}
