import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IsolationLimits } from '@daybook/shared/ports/isolation';
import { DEFAULT_PROCESSES } from './limits.ts';

/*
 * Control groups (version 2) limit memory, processes and processor time of a kernel as a whole. They
 * can be used where this process's own group was given to it: in a container whose /sys/fs/cgroup
 * can be written, or under systemd with Delegate=yes. A group that has limits for its parts may not
 * hold processes itself, so the host and what it started before move into a part of their own.
 */

const HOST = 'daybook-host';
const NEEDED = ['memory', 'pids'] as const;
const DELEGATE = 'Start under systemd with Delegate=yes, or in a container whose /sys/fs/cgroup can be written.';

export type FoundCgroup =
  | { readonly path: string }
  | { readonly path?: undefined; readonly reason: string; readonly action: string };

export interface CgroupPlaces {
  /** Where control groups are mounted. */
  readonly root: string;
  /** Content of `/proc/self/cgroup`. */
  readonly own: string;
  readonly uid: number | undefined;
}

const REAL = (): CgroupPlaces => ({
  root: '/sys/fs/cgroup',
  own: existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : '',
  uid: process.getuid?.(),
});

/** Finds the group below which kernels can have theirs. Changes nothing. */
export function findCgroup({ root, own, uid }: CgroupPlaces = REAL()): FoundCgroup {
  const inside = /^0::(\/.*)$/m.exec(own)?.[1];
  if (inside === undefined || !existsSync(join(root, 'cgroup.controllers'))) {
    return {
      reason: `there are no control groups of version 2 at ${root}`,
      action: 'Boot the system with systemd.unified_cgroup_hierarchy=1.',
    };
  }
  const path = resolve(root, `.${inside.replace(new RegExp(`/${HOST}$`), '')}`);
  // Root may write everywhere; only in a container is its group its own. The machine's first group has no events.
  const given = uid !== 0 || (path === resolve(root) && existsSync(join(path, 'cgroup.events')));
  if (!given || !isWritable(path) || !isWritable(join(path, 'cgroup.procs'))) {
    return { reason: `the control group ${inside} is not this program's to divide`, action: DELEGATE };
  }
  const controllers = words(join(path, 'cgroup.controllers'));
  const missing = NEEDED.filter((name) => !controllers.includes(name));
  if (missing.length > 0) return { reason: `the control group has no ${missing.join(', ')}`, action: DELEGATE };
  return { path };
}

/** Makes this process's group ready to hold groups of kernels. Idempotent. */
export function prepareCgroup(places: CgroupPlaces = REAL()): FoundCgroup {
  const found = findCgroup(places);
  if (found.path === undefined) return found;
  try {
    divide(found.path);
  } catch (error) {
    return { reason: `the control group cannot be divided: ${(error as Error).message}`, action: DELEGATE };
  }
  return found;
}

function divide(path: string): void {
  const controllers = words(join(path, 'cgroup.controllers'));
  const enabled = words(join(path, 'cgroup.subtree_control'));
  const wanted = ['memory', 'pids', 'cpu'].filter((name) => controllers.includes(name) && !enabled.includes(name));
  if (wanted.length === 0) return;
  const host = join(path, HOST);
  mkdirSync(host, { recursive: true });
  for (const pid of words(join(path, 'cgroup.procs'))) {
    try {
      writeFileSync(join(host, 'cgroup.procs'), pid);
    } catch (error) {
      // Ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  writeFileSync(join(path, 'cgroup.subtree_control'), wanted.map((name) => `+${name}`).join(' '));
}

/** Makes the group of one kernel below `parent`. */
export function makeCgroup(parent: string, name: string, limits: IsolationLimits): string {
  const path = join(parent, name);
  mkdirSync(path, { recursive: true });
  for (const [file, value] of cgroupFiles(limits)) writeFileSync(join(path, file), value);
  return path;
}

/** What is written into a kernel's group. */
export function cgroupFiles({ memoryMb, processes = DEFAULT_PROCESSES, cpus }: IsolationLimits): [string, string][] {
  const files: [string, string][] = [['pids.max', String(processes)]];
  if (memoryMb !== undefined) files.push(['memory.max', String(Math.round(memoryMb * 1_048_576))]);
  if (cpus !== undefined) files.push(['cpu.max', `${Math.round(cpus * 100_000)} 100000`]);
  return files;
}

/** The words that start a program, which follows them, in a group. */
export function cgroupWords(path: string, sh: string): string[] {
  return [sh, '-c', 'echo 0 > "$0" && exec "$@"', join(path, 'cgroup.procs')];
}

/** Ends what is left in a kernel's group and removes it. */
export async function removeCgroup(path: string): Promise<void> {
  try {
    writeFileSync(join(path, 'cgroup.kill'), '1');
  } catch {
    // Before Linux 5.14: the process group was killed already.
  }
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      rmdirSync(path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function words(file: string): string[] {
  return readFileSync(file, 'utf8').split(/\s+/).filter(Boolean);
}
