import { NotificationsQuery, NotificationsReply, ReadNotifications } from '@daybook/shared/api/notifications';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../http/env.ts';
import { COMMON_PROBLEMS } from '../http/problem-response.ts';
import type { People } from '../people/people.ts';
import type { Centre } from './centre.ts';

const tags = ['notifications'];

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/notifications',
  tags,
  operationId: 'listNotifications',
  summary: 'What the one who asks was told, the latest first',
  request: { query: NotificationsQuery },
  responses: {
    200: { description: 'A page of notifications.', content: { 'application/json': { schema: NotificationsReply } } },
    ...COMMON_PROBLEMS,
  },
});

const readRoute = createRoute({
  method: 'post',
  path: '/api/v1/notifications/read',
  tags,
  operationId: 'markNotificationsRead',
  summary: 'Mark notifications as read',
  request: { body: { content: { 'application/json': { schema: ReadNotifications } }, required: true } },
  responses: { 204: { description: 'They are read.' }, ...COMMON_PROBLEMS },
});

/** `/api/v1/notifications`: everybody sees and marks their own only. */
export function notificationRoutes({ centre, people }: { centre: Centre; people: People }): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw result.error;
    },
  });
  routes.openapi(listRoute, async (c) => {
    // Whoever has the page open can be mentioned from now on.
    await people.meet(c.get('identity'));
    return c.json(await centre.list(c.get('identity').id, c.req.valid('query')), 200);
  });
  routes.openapi(readRoute, async (c) => {
    await centre.markRead(c.get('identity').id, c.req.valid('json'));
    return c.body(null, 204);
  });
  return routes;
}
