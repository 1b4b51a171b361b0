import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where `.ci/run` puts programs that no package manager has. */
export const OWN_PROGRAMS = join(import.meta.dirname, '../../.cache/bin');

/** Absolute path of a program: in `places` first, then in our own folder, `PATH`, and Go's. */
export function findProgram(name: string, places: readonly (string | undefined)[] = []): string | undefined {
  const folders = [...places, OWN_PROGRAMS, ...(process.env.PATH ?? '').split(delimiter), join(homedir(), 'go/bin')];
  return folders.flatMap((folder) => (folder ? [join(folder, name)] : [])).find((path) => existsSync(path));
}
