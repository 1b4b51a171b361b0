import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { endedBy } from './launch.ts';
import { machine } from './machine.fixture.ts';
import { limitsRootProcesses, sandboxScript, sandboxWords } from './sandbox-script.ts';

describe('the sandbox', () => {
  const options = { places: [], cwd: "/it's here", network: false, processes: 100 };

  test('K63 a plain user gets a user namespace of its own, root loses every capability and a writable /proc', () => {
    const plain = sandboxWords(options, machine());
    expect(plain.slice(-6)).toEqual([
      '--map-user=1000',
      '--map-group=1000',
      '/usr/bin/setpriv',
      '--no-new-privs',
      '--bounding-set=-all',
      '--inh-caps=-all',
    ]);
    const root = sandboxWords(options, machine({ uid: 0, gid: 0 }));
    expect(root.at(-1)).toBe('--securebits=+noroot,+noroot_locked');
    expect(sandboxScript(options, machine())).not.toContain('none /proc');
    expect(sandboxScript(options, machine({ uid: 0 }))).toContain('ro,nosuid,nodev,noexec none /proc');
  });

  test('K63 the network is left out or kept whole', () => {
    expect(sandboxWords(options, machine())).toContain('--net');
    expect(sandboxWords({ ...options, network: true }, machine())).not.toContain('--net');
    expect(sandboxScript(options, machine())).toContain('echo 1073741824 > /sys/fs/cgroup/memory.max');
  });

  test('K60 the highest process id is set only where it is the namespace’s own', () => {
    expect(limitsRootProcesses(machine({ release: '6.13.9' }))).toBe(false);
    expect(sandboxScript(options, machine({ uid: 0, release: '6.13.9' }))).not.toContain('pid_max');
    expect(sandboxScript(options, machine({ uid: 0, release: '6.14.0' }))).toContain(
      'echo 301 > /proc/sys/kernel/pid_max',
    );
    expect(sandboxScript(options, machine({ release: '6.14.0' }))).not.toContain('pid_max');
  });

  test('K63 a mount that this user cannot reach keeps no kernel from starting', () => {
    const mounts = [
      { path: '/', flags: 'rw' },
      { path: '/root/data', flags: 'rw' },
    ];
    const script = sandboxScript(options, { ...machine(), mounts });
    expect(script).toContain("[ ! -e '/root/data' ] || ");
    expect(script).not.toContain("[ ! -e '/' ]");
  });

  test('paths are quoted, and the script is one that a shell understands', () => {
    const places = [
      { type: 'writable', path: "/w $(touch /tmp/oops) 'x'" },
      { type: 'hidden', path: '/h', file: true },
      { type: 'private', path: '/p', source: '/s p' },
    ] as const;
    const script = sandboxScript({ ...options, places }, machine());
    expect(script).toContain(`cd '/it'\\''s here'`);
    expect(script).toContain(`--rbind '/w $(touch /tmp/oops) '\\''x'\\''' /sys/`);
    if (process.platform === 'linux') expect(spawnSync('sh', ['-n', '-c', script]).status).toBe(0);
  });

  test('K64 the end of the program is told through the sandbox', () => {
    expect(endedBy(137, true)).toBe('SIGKILL');
    expect(endedBy(139, true)).toBe('SIGSEGV');
    expect([endedBy(137, false), endedBy(1, true), endedBy(null, true)]).toEqual([undefined, undefined, undefined]);
  });
});
