import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { steadyNow } from '../../time/steady-now.ts';

const KernelJson = z.looseObject({
  argv: z.array(z.string()).min(1),
  display_name: z.string(),
  language: z.string(),
  interrupt_mode: z.enum(['signal', 'message']).optional(),
  env: z.record(z.string(), z.string()).optional(),
  metadata: z
    .looseObject({
      daybook: z.looseObject({ front: z.string() }).optional(),
      kernel_provisioner: z.looseObject({ provisioner_name: z.string() }).optional(),
    })
    .optional(),
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

/** The installed kernels by name, Daybook's own first. */
export type KernelSpecs = ReadonlyMap<string, KernelSpec>;

export interface SpecsOptions {
  /** Folders of kernelspecs of which a front may be loaded into this process; they come first. */
  readonly trusted: readonly string[];
  /** Folders of kernelspecs as Jupyter has them, best first: their kernels run as programs. */
  readonly installed: readonly string[];
  readonly log: Logger;
  readonly now?: () => number;
}

/** Milliseconds a listing is answered from memory; then the folders are looked at again. */
const FRESH = 2_000;
/** The names that Jupyter allows. */
const NAME = /^[a-z0-9._-]+$/i;

/**
 * Finds kernelspecs (`<folder>/<name>/kernel.json`); the first of a name wins. Cheap enough to be
 * asked on every request: a kernelspec is read again only when its file has changed. One that
 * cannot be read is left out, and the log says so once.
 */
export function findSpecs({ trusted, installed, log, now = steadyNow }: SpecsOptions): () => Promise<KernelSpecs> {
  const known = new Map<string, { mark: string; spec: KernelSpec | undefined }>();
  let looking: Promise<KernelSpecs> | undefined;
  let looked = Number.NEGATIVE_INFINITY;

  async function read(folder: string, isTrusted: boolean): Promise<KernelSpec | undefined> {
    const file = join(folder, 'kernel.json');
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return undefined;
    const mark = `${found.mtimeMs} ${found.size}`;
    const before = known.get(folder);
    if (before?.mark === mark) return before.spec;
    const spec = await readSpec(folder, isTrusted).catch((error: unknown) => {
      log.warn({ err: error, file }, `kernelspec left out: ${file} is not valid`);
      return undefined;
    });
    known.set(folder, { mark, spec });
    return spec;
  }

  async function look(): Promise<KernelSpecs> {
    const specs = new Map<string, KernelSpec>();
    for (const folder of [...trusted, ...installed]) {
      for (const entry of await readdir(folder).catch(() => [] as string[])) {
        const name = entry.toLowerCase();
        if (specs.has(name) || !NAME.test(name)) continue;
        const spec = await read(join(folder, entry), trusted.includes(folder));
        if (spec !== undefined) specs.set(name, { ...spec, name });
      }
    }
    return specs;
  }

  return () => {
    if (looking === undefined || now() - looked > FRESH) {
      looked = now();
      looking = look();
    }
    return looking;
  };
}

async function readSpec(folder: string, isTrusted: boolean): Promise<KernelSpec> {
  const spec = KernelJson.parse(JSON.parse(await readFile(join(folder, 'kernel.json'), 'utf8')));
  const front = isTrusted ? spec.metadata?.daybook?.front : undefined;
  const files = await readdir(folder);
  const resources = files
    .filter((file) => /^logo-|^kernel\.(js|css)$/.test(file))
    .map((file) => [file.replace(/\.\w+$/, ''), file]);
  return {
    name: '',
    folder,
    spec,
    front: front === undefined ? undefined : resolve(folder, front),
    resources: Object.fromEntries(resources),
  };
}
