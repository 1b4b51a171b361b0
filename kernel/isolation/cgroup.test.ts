import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cgroupFiles, findCgroup, makeCgroup, prepareCgroup, removeCgroup } from './cgroup.ts';

describe('control groups', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'daybook-cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  /** Files as the system shows them in a group that was given away; what it does with them is not shown. */
  const group = (controllers: string) => {
    writeFileSync(join(root, 'cgroup.controllers'), controllers);
    writeFileSync(join(root, 'cgroup.procs'), '');
    writeFileSync(join(root, 'cgroup.events'), 'populated 1\n');
    writeFileSync(join(root, 'cgroup.subtree_control'), '');
  };
  const own = '9:name=systemd:/\n0::/\n';

  test('K60 a group that is ours is divided once', () => {
    group('cpuset cpu io memory pids\n');
    writeFileSync(join(root, 'cgroup.procs'), '17\n');
    expect(prepareCgroup({ root, own, uid: 0 })).toEqual({ path: root });
    expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +pids +cpu');
    expect(readFileSync(join(root, 'daybook-host/cgroup.procs'), 'utf8')).toBe('17');
    // As the system would answer from then on, seen from the part the host is in now.
    writeFileSync(join(root, 'cgroup.subtree_control'), 'cpu memory pids\n');
    expect(prepareCgroup({ root, own: '0::/daybook-host\n', uid: 1000 })).toEqual({ path: root });
    expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('cpu memory pids\n');
  });

  test('K60 a kernel’s group holds its limits and is removed', async () => {
    group('memory pids\n');
    const path = makeCgroup(root, 'kernel', { memoryMb: 512, processes: 64, cpus: 1.5 });
    expect(readFileSync(join(path, 'memory.max'), 'utf8')).toBe('536870912');
    expect(readFileSync(join(path, 'cpu.max'), 'utf8')).toBe('150000 100000');
    expect(cgroupFiles({})).toEqual([['pids.max', '4096']]);
    await removeCgroup(join(root, 'not-there'));
  });

  test('K66 what is not there or not ours is said', () => {
    expect(findCgroup({ root, own, uid: 0 })).toMatchObject({ reason: /no control groups of version 2/ });
    expect(findCgroup({ root, own: '4:memory:/\n', uid: 0 })).toMatchObject({ reason: /version 2/ });
    group('memory pids\n');
    rmSync(join(root, 'cgroup.events'));
    expect(findCgroup({ root, own, uid: 0 })).toMatchObject({ reason: /not this program's/, action: /Delegate/ });
    group('cpu\n');
    expect(findCgroup({ root, own, uid: 0 })).toMatchObject({ reason: /no memory, pids/ });
  });
});
