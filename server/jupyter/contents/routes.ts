import { DaybookError } from '@daybook/shared/errors/error';
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from '../../http/body.ts';
import type { AppEnv } from '../../http/env.ts';
import { restOf } from '../../http/path.ts';
import type { FolderWorkspace } from '../../workspace/folder.ts';
import { normalPath } from '../../workspace/resolve.ts';
import type { Checkpoints } from './checkpoints.ts';
import { CreateRequest, create } from './create.ts';
import { readModel } from './read.ts';
import { type SaveOptions, SaveRequest, save } from './save.ts';
import { createUploads } from './upload.ts';

const RenameRequest = z.object({ path: z.string() });
const PREFIX = '/api/contents';
const CHECKPOINTS = /^(.*)\/checkpoints(?:\/([^/]+))?$/;

/** `/api/contents`: files, folders, notebooks and their checkpoints. */
export function contentsRoutes(
  workspace: FolderWorkspace,
  checkpoints: Checkpoints,
  unpack?: SaveOptions['unpack'],
): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const uploads = createUploads(workspace);

  routes.get('/api/contents/*', async (c) => {
    const path = restOf(c, PREFIX);
    const of = CHECKPOINTS.exec(path);
    if (of?.[1] !== undefined && of[2] === undefined) return c.json(await checkpoints.list(of[1]));
    const query = c.req.query();
    return c.json(
      await readModel(workspace, path, {
        content: query.content !== '0',
        hash: query.hash === '1',
        type: oneOf(query.type, ['directory', 'file', 'notebook']),
        format: oneOf(query.format, ['text', 'base64', 'json']),
      }),
    );
  });

  routes.post('/api/contents/*', async (c) => {
    const path = restOf(c, PREFIX);
    const of = CHECKPOINTS.exec(path);
    if (of?.[1] !== undefined && of[2] === undefined) return c.json(await checkpoints.create(of[1]), 201);
    if (of?.[1] !== undefined && of[2] !== undefined) {
      await checkpoints.restore(of[1], of[2]);
      return c.body(null, 204);
    }
    return c.json(await create(workspace, path, await readJson(c, CreateRequest)), 201);
  });

  routes.put('/api/contents/*', async (c) => {
    const request = await readJson(c, SaveRequest);
    return c.json(await save(workspace, uploads, { path: restOf(c, PREFIX), request, unpack }));
  });

  routes.patch('/api/contents/*', async (c) => {
    const from = restOf(c, PREFIX);
    const { path: to } = await readJson(c, RenameRequest);
    await workspace.move(from, to);
    await checkpoints.moved(from, to);
    return c.json(await readModel(workspace, normalPath(to), { content: false }));
  });

  routes.delete('/api/contents/*', async (c) => {
    const path = restOf(c, PREFIX);
    const of = CHECKPOINTS.exec(path);
    if (of?.[1] !== undefined && of[2] !== undefined) await checkpoints.delete(of[1], of[2]);
    else await workspace.remove(path);
    return c.body(null, 204);
  });
  return routes;
}

/** A query value from a fixed list; clients send absent ones as the text `undefined`. */
function oneOf<T extends string>(value: string | undefined, known: readonly T[]): T | undefined {
  if (value === undefined || value === '' || value === 'undefined' || value === 'null') return undefined;
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new DaybookError('bad_request', `“${value}” is not one of ${known.join(', ')}.`, {
    action: 'Correct the query.',
  });
}
