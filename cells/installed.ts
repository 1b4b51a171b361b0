import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve, sep } from 'node:path';
import type { KernelKinds } from '@daybook/shared/ports/kernel-front';
import { z } from 'zod';
import { type PackagedKind, PackagedKind as Schema } from './kind.ts';
import { BUILT_IN } from './kinds.ts';

/** A kind of an installed package, with the absolute paths of its modules. */
export interface InstalledKind {
  readonly kind: PackagedKind;
  /** Name of the package, as the setting has it. */
  readonly from: string;
  /** Absolute folder of the package: the page may load the files in it. */
  readonly folder: string;
  readonly run: string;
  readonly view: string | undefined;
}

const Manifest = z.object({ daybook: z.object({ kinds: z.array(Schema).min(1) }) });

/** What `installedKinds` found. */
export interface InstalledKinds {
  readonly kinds: readonly InstalledKind[];
  readonly failures: KernelKinds['failures'];
}

/** Package names in a setting: separated by commas or spaces. */
export function splitNames(setting: string): string[] {
  return setting.split(/[\s,]+/).filter((name) => name !== '');
}

/** The part of it that a kernel needs. */
export function forKernel({ kinds, failures }: InstalledKinds): KernelKinds {
  return { kinds: kinds.map(({ kind, from, run }) => ({ id: kind.id, from, run })), failures };
}

/**
 * Reads what installed packages say of their cell kinds; runs nothing of them. `names` are package
 * names or folders (`./kinds/stat`), looked for from each of `places` in turn. A package that is
 * missing or wrong costs its own kinds only.
 */
export function installedKinds(names: readonly string[], places: readonly string[]): InstalledKinds {
  const kinds: InstalledKind[] = [];
  const failures: { name: string; reason: string }[] = [];
  const taken = new Map(BUILT_IN.map(({ id }) => [id, 'Daybook itself']));
  for (const name of names) {
    try {
      for (const installed of kindsOf(name, places)) {
        const { id } = installed.kind;
        const owner = taken.get(id);
        if (owner !== undefined) throw new Error(`its kind “${id}” is already taken by ${owner}.`);
        taken.set(id, `the package “${name}”`);
        kinds.push(installed);
      }
    } catch (error) {
      failures.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { kinds, failures };
}

function kindsOf(name: string, places: readonly string[]): InstalledKind[] {
  const folder = folderOf(name, places);
  if (folder === undefined) throw new Error(`it is not installed (looked from ${places.join(' and ')}).`);
  const manifest = Manifest.safeParse(readJson(join(folder, 'package.json')));
  if (!manifest.success) {
    const { path, message } = manifest.error.issues[0] ?? { path: [], message: 'is not valid' };
    throw new Error(`its package.json is not right at ${path.join('.') || 'its top'}: ${message}.`);
  }
  return manifest.data.daybook.kinds.map((kind) => ({
    kind,
    from: name,
    folder,
    run: fileIn(folder, kind.run),
    view: kind.view === undefined ? undefined : fileIn(folder, kind.view),
  }));
}

function folderOf(name: string, places: readonly string[]): string | undefined {
  const candidates =
    name.startsWith('.') || isAbsolute(name)
      ? places.map((place) => resolve(place, name))
      : places.flatMap((place) =>
          (createRequire(join(place, 'here.js')).resolve.paths(name) ?? []).map((folder) => join(folder, name)),
        );
  const found = candidates.find((folder) => existsSync(join(folder, 'package.json')));
  return found === undefined ? undefined : realpathSync(found);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A file of the package; never one outside it. */
function fileIn(folder: string, path: string): string {
  const file = resolve(folder, path);
  if (!file.startsWith(folder + sep)) throw new Error(`“${path}” lies outside the package.`);
  if (!existsSync(file)) throw new Error(`it has no file “${path}”.`);
  return file;
}
