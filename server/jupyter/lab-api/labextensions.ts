import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';

const Manifest = z.object({
  name: z.string(),
  jupyterlab: z.object({
    _build: z.object({
      load: z.string(),
      extension: z.string().optional(),
      mimeExtension: z.string().optional(),
      style: z.string().optional(),
    }),
    disabledExtensions: z.array(z.string()).optional(),
  }),
});

/** A prebuilt labextension found on disk. */
export interface Labextension {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** What the page lists for the front end to load. */
  readonly federated: Readonly<Record<string, string>>;
  /** Plugins of others that it replaces. */
  readonly disables: readonly string[];
}

/** Every prebuilt labextension directly in the folders or in `@scope` folders of them; the first of a name wins. */
export async function findLabextensions(folders: readonly string[], log: Logger): Promise<Labextension[]> {
  const found = new Map<string, Labextension>();
  for (const folder of folders) {
    for (const place of await placesIn(folder)) {
      const extension = await readExtension(join(folder, place), log);
      if (extension !== undefined && !found.has(extension.name)) found.set(extension.name, extension);
    }
  }
  return [...found.values()];
}

async function placesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const places = await Promise.all(
    names.map(async (name) =>
      name.startsWith('@')
        ? (await readdir(join(folder, name)).catch(() => [])).map((inner) => `${name}/${inner}`)
        : [name],
    ),
  );
  return places.flat();
}

async function readExtension(folder: string, log: Logger): Promise<Labextension | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { name, jupyterlab } = Manifest.parse(JSON.parse(text));
    const { load, extension, mimeExtension, style } = jupyterlab._build;
    const parts = { name, load, extension, mimeExtension, style };
    return {
      name,
      folder,
      federated: Object.fromEntries(
        Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined),
      ),
      disables: jupyterlab.disabledExtensions ?? [],
    };
  } catch (error) {
    log.warn({ err: error, folder }, 'labextension left out: its package.json names no prebuilt extension');
    return undefined;
  }
}
