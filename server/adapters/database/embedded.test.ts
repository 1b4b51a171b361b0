import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { like } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeWith, need } from '../../../docker/services/need.ts';
import { databaseContract } from '../../db/contract.ts';
import type { Database } from '../../db/database.ts';
import { meta } from '../../db/schema.ts';
import { silent } from '../log.fixture.ts';
import { asNobody, chooseAccount, inNamespace, readNobody } from './account.ts';
import { type EmbeddedOptions, openEmbedded } from './embedded.ts';
import { tcpEndpoint } from './endpoint.ts';
import { outliving } from './outliving.fixture.ts';
import { identify, readPostmasterFile } from './postmaster-file.ts';

let shelf: string;
let count = 0;
const opened: Database[] = [];
const children: ChildProcess[] = [];
const freshHome = () => join(shelf, `home-${count++}`);
/** A home whose database was made before: copies cost less than making each. */
const madeHome = async () => {
  const home = freshHome();
  await cp(join(shelf, 'template'), home, { recursive: true });
  return home;
};
const dataOf = (home: string) => join(home, 'database/data');

beforeAll(async () => {
  shelf = await mkdtemp(join(tmpdir(), 'daybook-embedded-'));
  await (await openEmbedded(join(shelf, 'template'), silent())).close();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(() => rm(shelf, { recursive: true, force: true }));

async function open(home: string, options?: EmbeddedOptions, log = silent()): Promise<Database> {
  const database = await openEmbedded(home, log, options);
  opened.push(database);
  return database;
}

/** A server in a process of its own; `stored` grows as it stores numbers. */
async function startServer(home: string, mode = 'with parent') {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'server.fixture.ts'), home, mode],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  const stored: number[] = [];
  const lines = createInterface(child.stdout);
  const isOpen = once(lines, 'line');
  lines.on('line', (line) => {
    if (line !== 'open') stored.push(Number(line));
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the server ended before it was open');
  });
  await Promise.race([isOpen, ended]);
  ended.catch(() => undefined);
  const storedAtLeast = async (least: number) => {
    while (stored.length < least) await once(lines, 'line');
  };
  return { child, stored, storedAtLeast, end: once(lines, 'close') };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function numbersIn(database: Database): Promise<Set<number>> {
  const rows = await database.orm.select().from(meta).where(like(meta.name, 'number %'));
  return new Set(rows.map(({ value }) => Number(value)));
}

databaseContract('embedded', async () => {
  const database = await openEmbedded(await madeHome(), silent());
  return { database, dispose: () => database.close() };
});

describe('The embedded database', () => {
  test('is closed to others, and leaves nothing running when closed', async () => {
    const home = freshHome();
    const database = await open(home);
    const pid = readPostmasterFile(dataOf(home))?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    expect((await stat(join(home, 'database'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(home, 'database/password'))).mode & 0o777).toBe(0o600);
    await database.close();
    expect(isAlive(pid)).toBe(false);
    expect(readPostmasterFile(dataOf(home))).toBeUndefined();
  });

  test('waits for the disk', async () => {
    const database = await open(await madeHome());
    const rows = await database.orm.execute<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
    });
  });

  test('holds everything it acknowledged when its server is killed, and ends with it', async () => {
    const home = await madeHome();
    for (let round = 0; round < 3; round++) {
      const server = await startServer(home);
      await server.storedAtLeast(50);
      server.child.kill('SIGKILL');
      await server.end;
      const database = await open(home);
      const held = await numbersIn(database);
      expect(server.stored.filter((n) => !held.has(n))).toEqual([]);
      await database.orm.delete(meta);
      await database.close();
    }
  }, 90_000);

  test('left behind by a killed server, it is stopped and nothing is lost', async () => {
    const home = await madeHome();
    const server = await startServer(home, 'plain');
    const pid = readPostmasterFile(dataOf(home))?.pid ?? 0;
    await server.storedAtLeast(50);
    server.child.kill('SIGKILL');
    await server.end;
    expect(identify(pid, dataOf(home))).toBe('ours');
    const database = await open(home);
    expect(identify(pid, dataOf(home))).not.toBe('ours');
    const held = await numbersIn(database);
    expect(server.stored.filter((n) => !held.has(n))).toEqual([]);
  });

  test('serving another server, it is left alone', async () => {
    const home = await madeHome();
    const first = await open(home);
    const pid = readPostmasterFile(dataOf(home))?.pid;
    await expect(open(home)).rejects.toMatchObject({
      code: 'home_in_use',
      message: expect.stringContaining(String(pid)),
    });
    await first.check();
    expect(readPostmasterFile(dataOf(home))?.pid).toBe(pid);
  });

  test('comes back when it ends by itself', async () => {
    const home = await madeHome();
    const log = silent();
    const database = await open(home, {}, log);
    await database.orm.insert(meta).values({ name: 'number 1', value: '1' });
    const pid = readPostmasterFile(dataOf(home))?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    while (!log.lines.some(({ message }) => message === 'the embedded database runs again')) await wait(20);
    for (let i = 0; i < 8; i++) await database.check().catch(() => undefined);
    expect(await numbersIn(database)).toEqual(new Set([1]));
    expect(log.lines[0]).toMatchObject({ level: 'error', fields: { signal: 'SIGKILL' } });
    expect(readPostmasterFile(dataOf(home))?.pid).not.toBe(pid);
  });

  test('starts beside a stale pid file that names a living stranger', async () => {
    const home = await madeHome();
    await (await open(home)).close();
    await writeFile(join(dataOf(home), 'postmaster.pid'), `${process.pid}\n${dataOf(home)}\n1\n5432\n\n\n\nready\n`);
    await (await open(home)).check();
    expect(isAlive(process.pid)).toBe(true);
  });

  test('starts anew where making the data folder was cut short', async () => {
    const home = freshHome();
    await mkdir(join(home, 'database/new-1234/base'), { recursive: true });
    await (await open(home)).check();
    await expect(stat(join(home, 'database/new-1234'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('works in a home whose path is too long for a socket, or odd', async () => {
    for (const name of ['long-'.repeat(25), `odd , "quoted" 'name' ü $x`]) {
      const database = await open(join(shelf, name));
      await database.check();
    }
  });

  test('works over TCP, where there are no sockets, with a password', async () => {
    const home = await madeHome();
    const database = await open(home, { endpoint: tcpEndpoint });
    await database.check();
    const { default: postgres } = await import('postgres');
    const file = readPostmasterFile(dataOf(home));
    const stranger = postgres({
      host: '127.0.0.1',
      port: file?.port ?? 0,
      user: 'daybook',
      password: 'guess',
      database: 'postgres',
    });
    await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' });
    await stranger.end();
  });

  test('says what PostgreSQL said when the data are of another version', async () => {
    const home = await madeHome();
    await (await open(home)).close();
    await writeFile(join(dataOf(home), 'PG_VERSION'), '17\n');
    await expect(open(home)).rejects.toMatchObject({
      code: 'embedded_database_unavailable',
      message: expect.stringContaining('incompatible'),
      action: expect.stringContaining('DATABASE_URL'),
    });
    expect(await readFile(join(dataOf(home), 'PG_VERSION'), 'utf8')).toBe('17\n');
  });

  test('a machine where no way works is told so', () => {
    const reach = { program: '/bin/true', folder: shelf };
    expect(() => chooseAccount(reach, [{ prefix: ['false'], owner: undefined }])).toThrow(
      expect.objectContaining({
        code: 'embedded_database_unavailable',
        action: expect.stringContaining('DATABASE_URL'),
      }),
    );
  });
});

const rootWithNobody = need('root on Linux with an account “nobody”', 'run the tests as root', () =>
  process.platform === 'linux' && process.getuid?.() === 0 ? readNobody() : undefined,
);

describeWith(rootWithNobody, 'The embedded database of root', (nobody) => {
  const ways = { 'in a user namespace': inNamespace(nobody), 'as nobody': asNobody(nobody) };

  test('runs both ways in a folder closed to others, and the data go from one to the other', async () => {
    const closed = join(shelf, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const home = join(closed, 'home');
    for (const [n, account] of [ways['as nobody'], ways['in a user namespace'], ways['as nobody']].entries()) {
      const database = await open(home, { account });
      await database.orm.insert(meta).values({ name: `number ${n}`, value: String(n) });
      expect((await numbersIn(database)).size).toBe(n + 1);
      expect((await stat(dataOf(home))).uid).toBe(account.owner?.uid ?? 0);
      await database.close();
    }
  });

  test('takes the way that reaches a folder of somebody else', async () => {
    const theirs = join(shelf, 'theirs');
    await mkdir(theirs, { mode: 0o700 });
    await chown(theirs, nobody.uid, nobody.gid);
    const reach = { program: '/bin/true', folder: join(theirs, '.') };
    expect(chooseAccount(reach, Object.values(ways))).toBe(ways['as nobody']);
    expect(chooseAccount({ ...reach, folder: shelf }, Object.values(ways))).toBe(ways['in a user namespace']);
  });

  test.each(Object.entries(ways))('%s it stops with its parent', async (_, account) => {
    expect(account.prefix).toContain('--pdeathsig');
    expect(outliving(account).prefix).not.toContain('--pdeathsig');
  });
});
