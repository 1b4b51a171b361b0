import { readFileSync } from 'node:fs';
import { link, open, readFile, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';

/*
 * One server per home. The lock is a file with the owner's pid and the time that process started,
 * so a pid used again by another program is not mistaken for the owner. It is taken by `link`,
 * which fails when the file is there; a lock whose owner is gone is removed by one starter at a
 * time, and a lock of a live owner is never touched.
 */

const LOCK_FILE = 'server.lock';

interface Owner {
  readonly pid: number;
  /** Start time of the process as the kernel counts it; absent where it cannot be known. */
  readonly started?: string;
}

export interface HomeLock {
  /** Gives the lock back. Idempotent. */
  release(): Promise<void>;
}

/** Takes the lock or fails with `home_in_use`, naming the process that holds it. */
export async function lockHome(home: string, pid: number = process.pid): Promise<HomeLock> {
  const path = join(home, LOCK_FILE);
  const started = startOf(pid);
  const mine = `${JSON.stringify({ pid, ...(started === undefined ? {} : { started }) })}\n`;
  const draft = `${path}.${pid}`;
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(mine);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await take(draft, path)) return { release: () => release(path, mine) };
      const held = await readFile(path, 'utf8').catch(() => undefined);
      if (held === undefined) continue;
      const owner = ownerOf(held);
      if (owner !== undefined && isAlive(owner)) throw inUse(home, owner);
      await setAside(path, held, draft);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw inUse(home, undefined);
}

async function take(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a stale lock. Only one starter at a time may, and it looks again first: a lock can change
 * only by being removed, so what it sees then is what it removes.
 */
async function setAside(path: string, stale: string, draft: string): Promise<void> {
  const turn = `${path}.takeover`;
  if (!(await take(draft, turn))) {
    const other = ownerOf(await readFile(turn, 'utf8').catch(() => ''));
    if (other === undefined || !isAlive(other)) await rm(turn, { force: true });
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === stale) await unlink(path);
  } finally {
    await rm(turn, { force: true });
  }
}

async function release(path: string, mine: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => undefined);
  if (held === mine) await unlink(path);
}

function ownerOf(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isInteger(owner.pid) && owner.pid > 0 ? owner : undefined;
  } catch {
    // Written by a process that died half way: nobody holds it.
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = startOf(owner.pid);
  return started === undefined || owner.started === undefined || started === owner.started;
}

/** Field 22 of /proc/PID/stat (clock ticks since boot) with the boot's id; Linux only. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
  } catch {
    return undefined;
  }
}

function inUse(home: string, owner: Owner | undefined): DaybookError {
  const who = owner === undefined ? 'another server that is starting' : `the server with process id ${owner.pid}`;
  return new DaybookError('home_in_use', `The home ${home} is in use by ${who}.`, {
    status: 409,
    action: 'Stop that server first, or name another folder in DAYBOOK_HOME.',
  });
}
