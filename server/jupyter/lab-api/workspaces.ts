import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from '../../http/body.ts';
import type { AppEnv } from '../../http/env.ts';
import { restOf } from '../../http/path.ts';
import { writeAtomic } from '../../workspace/write-atomic.ts';

/*
 * JupyterLab's layouts ("workspaces"), one file each in the home, all held in memory: the front end
 * asks for the list every few seconds. A layout nobody saved yet starts as the front end's default.
 */

const PREFIX = '/lab/api/workspaces';
const Layout = z.object({
  data: z.record(z.string(), z.unknown()),
  metadata: z.looseObject({ id: z.string().min(1).max(500) }),
});
type Layout = z.infer<typeof Layout>;

export interface LayoutOptions {
  readonly folder: string;
  /** File with the layout of a first visit; it need not exist. */
  readonly fallback: string;
}

export async function layoutRoutes({ folder, fallback }: LayoutOptions): Promise<Hono<AppEnv>> {
  const layouts = await load(folder);
  const routes = new Hono<AppEnv>();

  routes.get('/lab/api/workspaces/*', async (c) => {
    const id = restOf(c, PREFIX);
    if (id !== '') return c.json(layouts.get(id) ?? (await firstLayout(fallback, id)));
    const values = [...layouts.values()];
    return c.json({ workspaces: { ids: values.map((layout) => layout.metadata.id), values } });
  });

  routes.put('/lab/api/workspaces/*', async (c) => {
    const id = restOf(c, PREFIX);
    const layout = await readJson(c, Layout);
    if (id === '' || plainId(layout.metadata.id) !== id) {
      throw new DaybookError('bad_request', `The layout is called “${layout.metadata.id}” but was sent to “${id}”.`, {
        action: 'Send it to the address of its own name.',
      });
    }
    await writeAtomic(fileOf(folder, id), Buffer.from(JSON.stringify(layout)));
    const now = new Date().toISOString();
    const created = layouts.get(id)?.metadata.created ?? now;
    layouts.set(id, { data: layout.data, metadata: { ...layout.metadata, last_modified: now, created } });
    return c.body(null, 204);
  });

  routes.delete('/lab/api/workspaces/*', async (c) => {
    const id = restOf(c, PREFIX);
    if (!layouts.delete(id)) {
      throw new DaybookError('no_such_layout', `There is no saved layout “${id}”.`, {
        status: 404,
        action: 'It was already deleted.',
      });
    }
    await rm(fileOf(folder, id), { force: true });
    return c.body(null, 204);
  });
  return routes;
}

/** Ids stand with and without a slash before them, and percent-encoded inside the file. */
function plainId(id: string): string {
  try {
    return decodeURIComponent(id).replace(/^\//, '');
  } catch {
    return id.replace(/^\//, '');
  }
}

function fileOf(folder: string, id: string): string {
  const readable = id.replaceAll(/[^\w-]+/g, '-').slice(0, 60);
  return join(folder, `${readable}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}.jupyterlab-workspace`);
}

async function load(folder: string): Promise<Map<string, Layout>> {
  const layouts = new Map<string, Layout>();
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.jupyterlab-workspace')) continue;
    const file = join(folder, name);
    try {
      const layout = Layout.parse(JSON.parse(await readFile(file, 'utf8')));
      const { mtime, birthtime } = await stat(file);
      const times = { last_modified: mtime.toISOString(), created: birthtime.toISOString() };
      layouts.set(plainId(layout.metadata.id), { data: layout.data, metadata: { ...layout.metadata, ...times } });
    } catch {
      // A damaged layout costs only the arrangement of panels: start from the default.
      await rm(file, { force: true });
    }
  }
  return layouts;
}

async function firstLayout(fallback: string, id: string): Promise<unknown> {
  try {
    const { data } = JSON.parse(await readFile(fallback, 'utf8')) as { data?: unknown };
    return { data: data ?? {}, metadata: { id } };
  } catch {
    // The front end brings no default: it lays itself out.
    return { data: {}, metadata: { id } };
  }
}
