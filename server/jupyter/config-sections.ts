import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from '../http/body.ts';
import type { AppEnv } from '../http/env.ts';
import { writeAtomic } from '../workspace/write-atomic.ts';

const Section = z.record(z.string(), z.unknown());
type Section = z.infer<typeof Section>;

/** `/api/config/:section`: small JSON objects that front ends keep on the server. */
export function configRoutes(folder: string): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const fileOf = (section: string) => {
    if (/^[\w-]{1,60}$/.test(section)) return join(folder, 'config', `${section}.json`);
    throw new DaybookError('bad_request', `“${section}” cannot be the name of a configuration section.`, {
      action: 'Use letters, digits, - and _.',
    });
  };
  const read = async (file: string): Promise<Section> => {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return Section.parse(JSON.parse(text));
  };
  const write = async (file: string, section: Section) => {
    await mkdir(join(folder, 'config'), { recursive: true });
    await writeAtomic(file, Buffer.from(JSON.stringify(section)));
    return section;
  };

  routes.get('/api/config/:section', async (c) => c.json(await read(fileOf(c.req.param('section')))));
  routes.put('/api/config/:section', async (c) => {
    const file = fileOf(c.req.param('section'));
    await write(file, await readJson(c, Section));
    return c.body(null, 204);
  });
  routes.patch('/api/config/:section', async (c) => {
    const file = fileOf(c.req.param('section'));
    return c.json(await write(file, update(await read(file), await readJson(c, Section))));
  });
  return routes;
}

/** Merges objects key by key; null removes a key. */
function update(before: Section, change: Section): Section {
  const after = { ...before };
  for (const [key, value] of Object.entries(change)) {
    const [one, other] = [Section.safeParse(before[key]), Section.safeParse(value)];
    if (value === null) delete after[key];
    else after[key] = one.success && other.success ? update(one.data, other.data) : value;
  }
  return after;
}
