import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';

const KernelJson = z.looseObject({
  argv: z.array(z.string()),
  display_name: z.string(),
  language: z.string(),
  interrupt_mode: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  metadata: z.looseObject({ daybook: z.looseObject({ front: z.string() }).optional() }).optional(),
});

export interface KernelSpec {
  readonly name: string;
  /** Folder with `kernel.json` and the logos. Absolute. */
  readonly folder: string;
  /** The file's content. */
  readonly spec: z.infer<typeof KernelJson>;
  /** Module that hosts the kernel in this process, absolute; `undefined` when it has none. */
  readonly front: string | undefined;
  /** File name by resource name, e.g. `logo-svg` → `logo-svg.svg`. */
  readonly resources: Readonly<Record<string, string>>;
}

/** Every kernelspec below the folders (`<folder>/<name>/kernel.json`); the first of a name wins. */
export async function findSpecs(folders: readonly string[], log: Logger): Promise<Map<string, KernelSpec>> {
  const specs = new Map<string, KernelSpec>();
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [] as string[])) {
      if (specs.has(name)) continue;
      const spec = await readSpec(name, join(folder, name), log);
      if (spec !== undefined) specs.set(name, spec);
    }
  }
  return specs;
}

async function readSpec(name: string, folder: string, log: Logger): Promise<KernelSpec | undefined> {
  const text = await readFile(join(folder, 'kernel.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const spec = KernelJson.parse(JSON.parse(text));
    const front = spec.metadata?.daybook?.front;
    const files = await readdir(folder);
    const resources = files
      .filter((file) => /^logo-|^kernel\.(js|css)$/.test(file))
      .map((file) => [file.replace(/\.\w+$/, ''), file]);
    return {
      name,
      folder,
      spec,
      front: front === undefined ? undefined : resolve(folder, front),
      resources: Object.fromEntries(resources),
    };
  } catch (error) {
    log.warn({ err: error, folder }, 'kernelspec left out: its kernel.json is not valid');
    return undefined;
  }
}
