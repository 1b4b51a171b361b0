import {
  CommentPath,
  DeletedReply,
  EditedComment,
  NewReply,
  NewThread,
  ReactionPath,
  ReadMarks,
  Thread,
  ThreadPath,
  ThreadsQuery,
  ThreadsReply,
} from '@daybook/shared/api/comments';
import { PeopleReply } from '@daybook/shared/api/people';
import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import { requireAction } from '../auth/auth.ts';
import type { Identity } from '../auth/identity.ts';
import { allows } from '../auth/roles.ts';
import type { AppEnv } from '../http/env.ts';
import { COMMON_PROBLEMS, problem } from '../http/problem-response.ts';
import { personOf } from '../people/people.ts';
import type { Comments } from './comments.ts';

const tags = ['comments'];
const json = <T extends z.ZodType>(schema: T) => ({ content: { 'application/json': { schema } }, required: true });
const thread = (description: string) => ({ description, content: { 'application/json': { schema: Thread } } });
const PROBLEMS = {
  ...COMMON_PROBLEMS,
  403: problem('The role, or not having written it, forbids this.'),
  404: problem('There is no such document, thread or comment.'),
  409: problem('The key was used elsewhere, or there are too many.'),
  429: problem('Too many in a short time.'),
};

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/comments',
  tags,
  operationId: 'listThreads',
  summary: 'Threads of a document',
  request: { query: ThreadsQuery },
  responses: {
    200: { description: 'A page of threads.', content: { 'application/json': { schema: ThreadsReply } } },
    ...COMMON_PROBLEMS,
    404: PROBLEMS[404],
  },
});

const openRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments',
  tags,
  operationId: 'openThread',
  summary: 'Open a thread with its first comment',
  request: { body: json(NewThread) },
  responses: { 201: thread('The new thread.'), 200: thread('This key opened it before.'), ...PROBLEMS },
});

const readRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments/read',
  tags,
  operationId: 'markThreadsRead',
  summary: 'Mark threads as read up to a comment',
  request: { body: json(ReadMarks) },
  responses: { 204: { description: 'They are read.' }, ...COMMON_PROBLEMS },
});

const getRoute = createRoute({
  method: 'get',
  path: '/api/v1/comments/{thread}',
  tags,
  operationId: 'getThread',
  summary: 'One thread',
  request: { params: ThreadPath },
  responses: { 200: thread('The thread.'), ...COMMON_PROBLEMS, 404: PROBLEMS[404] },
});

const replyRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments/{thread}/replies',
  tags,
  operationId: 'replyToThread',
  summary: 'Reply in a thread',
  request: { params: ThreadPath, body: json(NewReply) },
  responses: { 201: thread('The thread with the reply.'), 200: thread('This key replied before.'), ...PROBLEMS },
});

const editRoute = createRoute({
  method: 'patch',
  path: '/api/v1/comments/{thread}/replies/{comment}',
  tags,
  operationId: 'editComment',
  summary: 'Change the text of one’s own comment',
  request: { params: CommentPath, body: json(EditedComment) },
  responses: { 200: thread('The thread.'), ...PROBLEMS },
});

const removeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/comments/{thread}/replies/{comment}',
  tags,
  operationId: 'deleteComment',
  summary: 'Delete a comment',
  description: 'It can be restored for ten minutes; then its text is erased. The last one takes its thread along.',
  request: { params: CommentPath },
  responses: {
    200: { description: 'What is left of the thread.', content: { 'application/json': { schema: DeletedReply } } },
    ...PROBLEMS,
  },
});

const restoreRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments/{thread}/replies/{comment}/restore',
  tags,
  operationId: 'restoreComment',
  summary: 'Take back the deletion of a comment',
  request: { params: CommentPath },
  responses: { 200: thread('The thread.'), ...PROBLEMS, 410: problem('It was deleted too long ago.') },
});

const reactRoute = createRoute({
  method: 'put',
  path: '/api/v1/comments/{thread}/replies/{comment}/reactions/{reaction}',
  tags,
  operationId: 'addReaction',
  summary: 'React to a comment',
  request: { params: ReactionPath },
  responses: { 200: thread('The thread.'), ...PROBLEMS },
});

const unreactRoute = createRoute({
  method: 'delete',
  path: '/api/v1/comments/{thread}/replies/{comment}/reactions/{reaction}',
  tags,
  operationId: 'removeReaction',
  summary: 'Take back a reaction',
  request: { params: ReactionPath },
  responses: { 200: thread('The thread.'), ...PROBLEMS },
});

const resolveRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments/{thread}/resolve',
  tags,
  operationId: 'resolveThread',
  summary: 'Mark a thread as settled',
  request: { params: ThreadPath },
  responses: { 200: thread('The thread.'), ...PROBLEMS },
});

const reopenRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments/{thread}/reopen',
  tags,
  operationId: 'reopenThread',
  summary: 'Open a settled thread again',
  request: { params: ThreadPath },
  responses: { 200: thread('The thread.'), ...PROBLEMS },
});

const peopleRoute = createRoute({
  method: 'get',
  path: '/api/v1/people',
  tags: ['people'],
  operationId: 'listPeople',
  summary: 'Who can be mentioned',
  responses: {
    200: { description: 'Everybody who was here.', content: { 'application/json': { schema: PeopleReply } } },
    ...COMMON_PROBLEMS,
  },
});

/** `/api/v1/comments` and `/api/v1/people`. Who may read may list; the rest needs a role that may comment. */
export function commentRoutes({ reading, writing, people, checkRate, documentOf }: Comments): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw result.error;
    },
  });

  /** Whoever writes: they may, they are known, and they have not written too much just now. */
  async function writer(identity: Identity): Promise<Identity> {
    requireAction(identity, 'comment');
    checkRate(identity.id);
    await people.meet(identity);
    return identity;
  }

  routes.openapi(listRoute, async (c) => {
    const identity = c.get('identity');
    const { document, path, state, cursor, limit } = c.req.valid('query');
    await people.meet(identity);
    const id = await documentOf({ document, path });
    const [page, counts] = await Promise.all([
      reading.list(id, { state, cursor, limit, reader: identity.id }),
      reading.count(id, identity.id),
    ]);
    const you = {
      person: personOf(identity),
      mayComment: allows(identity.role, 'comment'),
      mayModerate: allows(identity.role, 'manage'),
    };
    return c.json({ ...page, counts, you }, 200);
  });

  routes.openapi(openRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { document, path, ...thread } = c.req.valid('json');
    const written = await writing.openThread(identity, await documentOf({ document, path }), thread);
    return c.json(await reading.get(written.thread, identity.id), written.fresh ? 201 : 200);
  });

  // Before the routes with an id in its place.
  routes.openapi(readRoute, async (c) => {
    const identity = c.get('identity');
    await people.meet(identity);
    await writing.markRead(identity, c.req.valid('json').marks);
    return c.body(null, 204);
  });

  routes.openapi(getRoute, async (c) =>
    c.json(await reading.get(c.req.valid('param').thread, c.get('identity').id), 200),
  );

  routes.openapi(replyRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const written = await writing.reply(identity, c.req.valid('param').thread, c.req.valid('json'));
    return c.json(await reading.get(written.thread, identity.id), written.fresh ? 201 : 200);
  });

  routes.openapi(editRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { thread } = await writing.edit(identity, c.req.valid('param'), c.req.valid('json').body);
    return c.json(await reading.get(thread, identity.id), 200);
  });

  routes.openapi(removeRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { thread, gone } = await writing.remove(identity, c.req.valid('param'));
    return c.json({ thread: gone === true ? null : await reading.get(thread, identity.id) }, 200);
  });

  routes.openapi(restoreRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { thread } = await writing.restore(identity, c.req.valid('param'));
    return c.json(await reading.get(thread, identity.id), 200);
  });

  routes.openapi(reactRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { reaction, ...at } = c.req.valid('param');
    const { thread } = await writing.react(identity, at, { name: reaction, on: true });
    return c.json(await reading.get(thread, identity.id), 200);
  });

  routes.openapi(unreactRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { reaction, ...at } = c.req.valid('param');
    const { thread } = await writing.react(identity, at, { name: reaction, on: false });
    return c.json(await reading.get(thread, identity.id), 200);
  });

  routes.openapi(resolveRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { thread } = await writing.settle(identity, c.req.valid('param').thread, true);
    return c.json(await reading.get(thread, identity.id), 200);
  });

  routes.openapi(reopenRoute, async (c) => {
    const identity = await writer(c.get('identity'));
    const { thread } = await writing.settle(identity, c.req.valid('param').thread, false);
    return c.json(await reading.get(thread, identity.id), 200);
  });

  routes.openapi(peopleRoute, async (c) => {
    await people.meet(c.get('identity'));
    return c.json({ people: await people.list() }, 200);
  });
  return routes;
}
