import { RestoredTrash, RestoreTrash, TrashList, TrashPath, TrashQuery } from '@daybook/shared/api/trash';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { requireAction } from '../auth/auth.ts';
import type { AppEnv } from '../http/env.ts';
import { COMMON_PROBLEMS, problem } from '../http/problem-response.ts';
import type { Trash } from '../workspace/trash.ts';

const tags = ['trash'];
const PROBLEMS = { ...COMMON_PROBLEMS, 403: problem('The role does not reach so far.') };
const MISSING = { 404: problem('It is not in the trash.') };

const list = createRoute({
  method: 'get',
  path: '/api/v1/trash',
  tags,
  operationId: 'listTrash',
  summary: 'Deleted files and folders, newest first',
  request: { query: TrashQuery },
  responses: {
    200: { description: 'A page of entries.', content: { 'application/json': { schema: TrashList } } },
    ...PROBLEMS,
  },
});

const restore = createRoute({
  method: 'post',
  path: '/api/v1/trash/{id}/restore',
  tags,
  operationId: 'restoreTrash',
  summary: 'Put a deleted file or folder back',
  description: 'Where it was, or under a free name beside it. Documents keep their versions.',
  request: { params: TrashPath, body: { content: { 'application/json': { schema: RestoreTrash } } } },
  responses: {
    200: { description: 'It is back.', content: { 'application/json': { schema: RestoredTrash } } },
    ...PROBLEMS,
    ...MISSING,
    409: problem('Something is at the path that was asked for.'),
  },
});

const purge = createRoute({
  method: 'delete',
  path: '/api/v1/trash/{id}',
  tags,
  operationId: 'purgeTrash',
  summary: 'Delete one entry for good, with the versions of its documents',
  request: { params: TrashPath },
  responses: { 204: { description: 'It is gone.' }, ...PROBLEMS, ...MISSING },
});

const empty = createRoute({
  method: 'delete',
  path: '/api/v1/trash',
  tags,
  operationId: 'emptyTrash',
  summary: 'Delete everything in the trash for good, with the versions of its documents',
  responses: { 204: { description: 'The trash is empty.' }, ...PROBLEMS },
});

export interface TrashRoutesOptions {
  readonly trash: Trash;
  /** Told of an entry that is gone for good. */
  readonly onPurged: (id: string) => Promise<void>;
}

/** `/api/v1/trash`. Who may edit may put back; only who manages may delete for good. */
export function trashRoutes({ trash, onPurged }: TrashRoutesOptions): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw result.error;
    },
  });

  routes.openapi(list, async (c) => {
    const { cursor = '0', limit } = c.req.valid('query');
    const all = await trash.list();
    const from = Number(cursor);
    const items = all.slice(from, from + limit).map(({ id, path, deleted, type, size }) => ({
      ...{ id, path, deleted: deleted.toISOString(), type },
      ...(size === undefined ? {} : { size }),
    }));
    const next = from + limit < all.length ? { next: String(from + limit) } : {};
    return c.json({ items, ...next }, 200);
  });

  routes.openapi(restore, async (c) => {
    const { path } = c.req.valid('json');
    return c.json({ path: await trash.restore(c.req.valid('param').id, path) }, 200);
  });

  routes.openapi(purge, async (c) => {
    requireAction(c.get('identity'), 'manage');
    const { id } = c.req.valid('param');
    await trash.purge(id);
    await onPurged(id);
    return c.body(null, 204);
  });

  routes.openapi(empty, async (c) => {
    requireAction(c.get('identity'), 'manage');
    for (const { id } of await trash.list()) {
      await trash.purge(id);
      await onPurged(id);
    }
    return c.body(null, 204);
  });
  return routes;
}
