import { randomUUID } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from '../../http/body.ts';
import type { AppEnv } from '../../http/env.ts';
import type { FolderWorkspace } from '../../workspace/folder.ts';
import { folderFor } from './cwd.ts';
import type { Kernels } from './kernels.ts';
import type { KeptSession, Register } from './register.ts';

/*
 * A session ties a document's path to a kernel. It lives as long as its kernel, across restarts of
 * the server; asking for one on
 * a path that has one answers that one, so two tabs share a kernel.
 */

const KernelChoice = z.object({ id: z.string().nullish(), name: z.string().nullish() }).nullish();
const StartRequest = z.object({
  path: z.string().min(1),
  type: z.string().default('notebook'),
  name: z.string().nullish(),
  kernel: KernelChoice,
});
const ChangeRequest = z.object({
  path: z.string().min(1).optional(),
  type: z.string().optional(),
  name: z.string().nullish(),
  kernel: KernelChoice,
});

type Session = KeptSession;

export interface Sessions {
  readonly routes: Hono<AppEnv>;
  readonly count: number;
  /** The kernel of the notebook at this path; a kernel of this name is started when there is none. */
  kernelOf(path: string, name: string | undefined): Promise<string>;
}

export function createSessions(kernels: Kernels, workspace: FolderWorkspace, register: Register): Sessions {
  const sessions = new Map<string, Session>(register.sessions.map((session) => [session.id, { ...session }]));
  const keep = () => register.keepSessions([...sessions.values()]);
  const starting = new Map<string, Promise<Session>>();
  kernels.onGone((id) => {
    for (const session of [...sessions.values()]) if (session.kernelId === id) sessions.delete(session.id);
  });

  function get(id: string): Session {
    const session = sessions.get(id);
    if (session !== undefined) return session;
    throw new DaybookError('no_such_session', `There is no session ${id}.`, {
      status: 404,
      action: 'It was ended. Open the notebook again.',
    });
  }

  async function kernelFor(choice: z.infer<typeof KernelChoice>, path: string): Promise<string> {
    if (typeof choice?.id === 'string' && choice.id !== '') return kernels.model(choice.id).id;
    const name = choice?.name ?? undefined;
    const kernel = await kernels.start({ name: name === '' ? undefined : name, cwd: await folderFor(workspace, path) });
    return kernel.front.id;
  }

  async function open(request: z.infer<typeof StartRequest>): Promise<Session> {
    const kernelId = await kernelFor(request.kernel, request.path);
    const session = { id: randomUUID(), path: request.path, type: request.type, name: request.name ?? '', kernelId };
    sessions.set(session.id, session);
    await keep();
    return session;
  }

  /** The session of this path, made when there is none. */
  async function find(request: z.infer<typeof StartRequest>): Promise<Session> {
    const { path, type } = request;
    const found = [...sessions.values()].find((session) => session.path === path && session.type === type);
    if (found !== undefined) return found;
    // Two tabs that ask at the same moment get one kernel.
    const key = `${type}:${path}`;
    const opening = starting.get(key) ?? open(request).finally(() => starting.delete(key));
    starting.set(key, opening);
    return opening;
  }

  const model = ({ id, path, type, name, kernelId }: Session) => ({
    id,
    path,
    name,
    type,
    kernel: kernels.model(kernelId),
    ...(type === 'notebook' ? { notebook: { path, name } } : {}),
  });

  const routes = new Hono<AppEnv>();
  routes.get('/api/sessions', (c) => c.json([...sessions.values()].map(model)));
  routes.post('/api/sessions', async (c) => {
    return c.json(model(await find(await readJson(c, StartRequest))), 201);
  });
  routes.get('/api/sessions/:id', (c) => c.json(model(get(c.req.param('id')))));
  routes.patch('/api/sessions/:id', async (c) => {
    const session = get(c.req.param('id'));
    const change = await readJson(c, ChangeRequest);
    const before = session.kernelId;
    if (change.kernel != null) session.kernelId = await kernelFor(change.kernel, change.path ?? session.path);
    session.path = change.path ?? session.path;
    session.type = change.type ?? session.type;
    session.name = change.name ?? session.name;
    await keep();
    const orphaned = before !== session.kernelId && ![...sessions.values()].some((other) => other.kernelId === before);
    if (orphaned) await kernels.shutdown(before).catch(ignoreGone);
    return c.json(model(session));
  });
  routes.delete('/api/sessions/:id', async (c) => {
    const session = get(c.req.param('id'));
    sessions.delete(session.id);
    await keep();
    const shared = [...sessions.values()].some((other) => other.kernelId === session.kernelId);
    if (!shared) await kernels.shutdown(session.kernelId).catch(ignoreGone);
    return c.body(null, 204);
  });
  return {
    routes,
    get count() {
      return sessions.size;
    },
    async kernelOf(path, name) {
      // Pages name the drive of shared documents before the path.
      const known = [...sessions.values()].find((session) => session.path.replace(/^RTC:/, '') === path);
      return known?.kernelId ?? (await find({ path, type: 'notebook', kernel: { name } })).kernelId;
    },
  };
}

/** Somebody else shut the kernel down first: then it is as asked. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof DaybookError && error.code === 'no_such_kernel')) throw error;
}
