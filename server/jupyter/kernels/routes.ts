import { DaybookError } from '@daybook/shared/errors/error';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from '../../http/body.ts';
import type { AppEnv } from '../../http/env.ts';
import type { FolderWorkspace } from '../../workspace/folder.ts';
import { folderFor } from './cwd.ts';
import type { Kernels } from './kernels.ts';
import type { KernelSpec } from './specs.ts';

const StartRequest = z.object({ name: z.string().nullish(), path: z.string().nullish() });

/** `/api/kernels` and `/api/kernelspecs`. */
export function kernelRoutes(kernels: Kernels, workspace: FolderWorkspace): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get('/api/kernelspecs', async (c) => {
    const specs = await kernels.specs();
    const models = [...specs.values()].map((spec) => [spec.name, specModel(spec)]);
    return c.json({ default: kernels.defaultOf(specs), kernelspecs: Object.fromEntries(models) });
  });
  routes.get('/api/kernelspecs/:name', async (c) => {
    const name = c.req.param('name');
    const found = (await kernels.specs()).get(name.toLowerCase());
    if (found !== undefined) return c.json(specModel(found));
    throw new DaybookError('no_such_kernelspec', `There is no kernel called “${name}”.`, {
      status: 404,
      action: 'See /api/kernelspecs for those there are.',
    });
  });
  routes.get('/kernelspecs/:name/:file', async (c, next) => {
    const spec = (await kernels.specs()).get(c.req.param('name').toLowerCase());
    const file = c.req.param('file');
    if (spec === undefined || !Object.values(spec.resources).includes(file)) return next();
    return serveStatic<AppEnv>({ root: spec.folder, rewriteRequestPath: () => `/${file}` })(c, next);
  });

  routes.get('/api/kernels', (c) => c.json(kernels.models()));
  routes.post('/api/kernels', async (c) => {
    const { name, path } = await readJson(c, StartRequest);
    const kernel = await kernels.start({ name: name ?? undefined, cwd: await folderFor(workspace, path ?? '') });
    const model = kernels.model(kernel.front.id);
    c.header('Location', `/api/kernels/${model.id}`);
    return c.json(model, 201);
  });
  routes.get('/api/kernels/:id', (c) => c.json(kernels.model(c.req.param('id'))));
  routes.delete('/api/kernels/:id', async (c) => {
    await kernels.shutdown(c.req.param('id'));
    return c.body(null, 204);
  });
  routes.post('/api/kernels/:id/interrupt', async (c) => {
    await kernels.interrupt(c.req.param('id'));
    return c.body(null, 204);
  });
  routes.post('/api/kernels/:id/restart', async (c) => {
    const id = c.req.param('id');
    // One that is asleep starts afresh anyway.
    await (kernels.running(id)?.front.restart() ?? kernels.wake(id));
    return c.json(kernels.model(id));
  });
  return routes;
}

function specModel({ name, spec, resources }: KernelSpec) {
  const addresses = Object.entries(resources).map(([key, file]) => [
    key,
    `/kernelspecs/${encodeURIComponent(name)}/${encodeURIComponent(file)}`,
  ]);
  return { name, spec: { metadata: {}, env: {}, ...spec }, resources: Object.fromEntries(addresses) };
}
