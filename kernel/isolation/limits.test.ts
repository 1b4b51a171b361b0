import { describe, expect, test } from 'vitest';
import { limitWords } from './limits.ts';
import { machine } from './machine.fixture.ts';

describe('limits', () => {
  test('K60 the defaults, within what is allowed; others’ processes are not counted against a kernel', () => {
    expect(limitWords({}, machine(), { ownCount: false })).toEqual([
      '/usr/bin/prlimit',
      '--core=0',
      '--nofile=20000',
      '--nproc=4396',
    ]);
    expect(limitWords({ processes: 50, openFiles: 64, fileMb: 2 }, machine(), { ownCount: true })).toEqual([
      '/usr/bin/prlimit',
      '--core=0',
      '--nofile=64',
      '--nproc=50',
      '--fsize=2097152',
    ]);
    // Before Linux 5.14 a namespace has no count of its own.
    expect(limitWords({ processes: 50 }, machine({ release: '5.10.0' }), { ownCount: true })).toContain('--nproc=350');
    expect(limitWords({}, machine({ uid: 0 }), { ownCount: true }).join()).not.toContain('nproc');
  });

  test('K67 without prlimit, on macOS and on Windows there are none, and nothing fails', () => {
    for (const other of [
      machine({ exists: () => false }),
      machine({ platform: 'darwin', release: '23.1.0' }),
      machine({ platform: 'win32', release: '10.0.19045', uid: undefined, gid: undefined }),
    ]) {
      expect(limitWords({ processes: 5 }, other, { ownCount: false })).toEqual([]);
      expect(other.mounts.length).toBe(other.platform === 'linux' ? 1 : 0);
    }
  });
});
