import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { need } from './need.ts';
import { account, freePort, type Service, startProcess, stopProcess } from './process.ts';
import { findProgram } from './programs.ts';

const DEBIAN = '/usr/lib/postgresql';

/** Folder of a PostgreSQL's programs, and the account to run them as when the tests are root's. */
export const postgres = need(
  'PostgreSQL',
  'install Debian’s postgresql (15 or newer) or name the folder of its programs in DAYBOOK_POSTGRES_BIN',
  () => {
    const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).filter((name) => Number(name) >= 15) : [];
    const program = findProgram('initdb', [
      process.env.DAYBOOK_POSTGRES_BIN,
      ...versions.map((name) => join(DEBIAN, name, 'bin')),
    ]);
    if (program === undefined) return undefined;
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? account('postgres') : undefined;
    return isRoot && user === undefined ? undefined : { bin: dirname(realpathSync(program)), user };
  },
);

/** A PostgreSQL of the test's own: user `daybook`, no password, database `postgres`. */
export async function startPostgres({ bin, user }: NonNullable<typeof postgres.found>): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-postgres-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'daybook', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    {
      cwd: folder,
      encoding: 'utf8',
      ...user,
    },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  // Tests end it at will and never need what it held: no syncing.
  const words = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const isReady = async () => /^ready\s*$/m.test(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''));
  let child: ChildProcess | undefined;
  const service: Service = {
    url: `postgres://daybook@127.0.0.1:${port}/postgres`,
    async start() {
      child = await startProcess({ program: join(bin, 'postgres'), words, cwd: folder, ...user }, isReady);
    },
    async stop() {
      // An immediate shutdown: clients see what they would see in a crash, and no process stays.
      if (child !== undefined) await stopProcess(child, 'SIGQUIT');
    },
    async dispose() {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await service.start();
  return service;
}
