import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { Hono } from 'hono';
import { z } from 'zod';
import { holdsToken, type Identity } from '../../auth/identity.ts';
import { readJson } from '../../http/body.ts';
import type { AppEnv } from '../../http/env.ts';
import { restOf } from '../../http/path.ts';
import { writeAtomic } from '../../workspace/write-atomic.ts';
import type { PluginSchema } from './schemas.ts';

const PREFIX = '/lab/api/settings';
/** Characters of one plugin's settings. */
const MOST = 500_000;
const SaveRequest = z.object({ raw: z.string().max(MOST, `must have at most ${MOST} characters`) });

/**
 * `/lab/api/settings`: the schemas with the settings of who asks (JSON5, kept as typed). Everybody has
 * their own, whatever their role: those of whoever holds the token lie in `folder`, others' below it.
 */
export function settingsRoutes(schemas: () => Promise<Map<string, PluginSchema>>, folder: string): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get('/lab/api/settings/*', async (c) => {
    const id = restOf(c, PREFIX);
    const all = await schemas();
    const own = folderOf(folder, c.get('identity'));
    if (id !== '') return c.json(await withUser(schemaOf(all, id), own));
    const ids = [...all.keys()].sort();
    if (c.req.query('ids_only') === 'true') return c.json({ settings: ids.map((one) => ({ id: one })) });
    return c.json({ settings: await Promise.all(ids.map((one) => withUser(schemaOf(all, one), own))) });
  });

  routes.put('/lab/api/settings/*', async (c) => {
    const { id } = schemaOf(await schemas(), restOf(c, PREFIX));
    const { raw } = await readJson(c, SaveRequest);
    const { default: JSON5 } = await import('json5');
    try {
      JSON5.parse(raw);
    } catch (cause) {
      throw new DaybookError('bad_settings', `The settings of “${id}” are not JSON5: ${(cause as Error).message}.`, {
        cause,
        action: 'Correct them; the settings saved before are still in use.',
      });
    }
    const file = fileOf(folderOf(folder, c.get('identity')), id);
    await mkdir(dirname(file), { recursive: true });
    await writeAtomic(file, Buffer.from(raw));
    return c.body(null, 204);
  });
  return routes;
}

/** No name leads out of the folder, or into another's, on any file system. */
function folderOf(folder: string, who: Identity): string {
  if (holdsToken(who)) return folder;
  return join(folder, 'users', createHash('sha256').update(who.id).digest('hex').slice(0, 32));
}

/** Only ids of known schemas become file names, so no id can lead out of the folder. */
function schemaOf(schemas: ReadonlyMap<string, PluginSchema>, id: string): PluginSchema {
  const found = schemas.get(id);
  if (found !== undefined) return found;
  throw new DaybookError('no_such_setting', `There are no settings called “${id}”.`, {
    status: 404,
    action: 'See /lab/api/settings?ids_only=true for those there are.',
  });
}

function fileOf(folder: string, id: string): string {
  const colon = id.lastIndexOf(':');
  return join(folder, id.slice(0, colon), `${id.slice(colon + 1)}.jupyterlab-settings`);
}

async function withUser({ id, schema, version }: PluginSchema, folder: string) {
  const file = fileOf(folder, id);
  const [raw, times] = await Promise.all([
    readFile(file, 'utf8').catch(() => undefined),
    stat(file).catch(() => undefined),
  ]);
  if (raw === undefined) return { id, schema, version, raw: '{}', settings: {}, last_modified: null, created: null };
  const { default: JSON5 } = await import('json5');
  let settings: unknown = {};
  try {
    settings = JSON5.parse(raw);
  } catch {
    // Edited by hand and not JSON5: shown as it is, and the defaults are in use.
  }
  return {
    id,
    schema,
    version,
    raw,
    settings,
    last_modified: times?.mtime.toISOString() ?? null,
    created: times?.birthtime.toISOString() ?? null,
  };
}
