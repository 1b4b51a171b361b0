import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkLayout, LAYOUT_VERSION, openHome } from './layout.ts';
import { lockHome } from './lock.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'daybook-home-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const LOCK = 'server.lock';

describe('layout', () => {
  test('H1: a home of a newer version is refused and stays as it was', async () => {
    await writeFile(join(home, 'layout.json'), JSON.stringify({ version: LAYOUT_VERSION + 1 }));
    await expect(openHome(home)).rejects.toMatchObject({ code: 'home_from_newer_version' });
    expect(await readdir(home)).toEqual(['layout.json']);
  });

  test('H1: a home whose version cannot be read is refused', async () => {
    await writeFile(join(home, 'layout.json'), '{"version":');
    await expect(checkLayout(home)).rejects.toMatchObject({ code: 'home_damaged' });
  });

  test('H4: a home that cannot be made is a named error', async () => {
    await writeFile(join(home, 'file'), '');
    await expect(openHome(join(home, 'file/inside'))).rejects.toMatchObject({ code: 'home_not_writable' });
  });

  test('a new home is private and opens again', async () => {
    const root = join(home, 'new');
    await openHome(root);
    const first = await readFile(join(root, 'layout.json'), 'utf8');
    await openHome(root);
    expect(await readFile(join(root, 'layout.json'), 'utf8')).toBe(first);
    expect((await stat(root)).mode & 0o077).toBe(0);
    await chmod(root, 0o700);
  });
});

describe('lock', () => {
  test('H2: a second server on the home fails and names the first', async () => {
    const lock = await lockHome(home);
    await expect(lockHome(home)).rejects.toMatchObject({
      code: 'home_in_use',
      message: expect.stringContaining(String(process.pid)),
    });
    await lock.release();
    await (await lockHome(home)).release();
    expect(await readdir(home)).toEqual([]);
  });

  test('H3: the lock of a process that is gone is taken over', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => gone.once('exit', resolve));
    await writeFile(join(home, LOCK), JSON.stringify({ pid: gone.pid, started: 'before' }));
    const lock = await lockHome(home);
    expect(JSON.parse(await readFile(join(home, LOCK), 'utf8')).pid).toBe(process.pid);
    await lock.release();
  });

  test('H3: a pid used again by another program does not keep the lock', async () => {
    await writeFile(join(home, LOCK), JSON.stringify({ pid: 1, started: 'another boot:1' }));
    if (process.platform !== 'linux') return;
    await (await lockHome(home)).release();
  });

  test('H3: a lock half written by a crash is taken over', async () => {
    await writeFile(join(home, LOCK), '{"pi');
    await (await lockHome(home)).release();
  });

  test('H2: of many that find a stale lock, one gets it', async () => {
    await writeFile(join(home, LOCK), JSON.stringify({ pid: 2 ** 22 + 1 }));
    // Own pids would share one draft file, so each starter is a process of its own in life; here each gets a pid that is alive.
    const starters = await Promise.allSettled(Array.from({ length: 8 }, () => spawnLocker(home)));
    const winners = starters.filter((one) => one.status === 'fulfilled' && one.value === 'locked');
    expect(winners).toHaveLength(1);
  });
});

/** A process of its own that takes the lock, says so, and holds it until its input ends. */
function spawnLocker(folder: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'locker.fixture.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  lockers.push(child);
  return new Promise((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
}

const lockers: { stdin: { end(): void } | null }[] = [];
afterEach(() => {
  for (const child of lockers.splice(0)) child.stdin?.end();
});
