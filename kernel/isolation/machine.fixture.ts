import type { IsolationPolicy } from '@daybook/shared/ports/isolation';
import { type Machine, type MachineEffects, readMachine } from './machine.ts';

/** A Debian machine with util-linux. */
const LINUX: MachineEffects = {
  platform: 'linux',
  release: '6.1.0-18-amd64',
  path: 'relative:/usr/local/bin:/usr/bin',
  uid: 1000,
  gid: 1000,
  exists: (path) => path.startsWith('/usr/bin/'),
  read: (path) =>
    ({
      '/proc/self/limits':
        'Max processes   90  70000 processes\nMax open files  1024  20000 files\nMax file size  unlimited unlimited bytes\n',
      '/proc/loadavg': '0.1 0.2 0.3 2/300 4242',
      '/proc/self/mountinfo': '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n',
      '/sys/fs/cgroup/memory.max': '1073741824\n',
    })[path] ?? '',
};
/** That machine, or another. */
export const machine = (change: Partial<MachineEffects> = {}): Machine => readMachine({ ...LINUX, ...change });
export const policy = (change: Partial<IsolationPolicy> = {}): IsolationPolicy => ({
  sandbox: 'off',
  network: false,
  hidden: [],
  limits: {},
  ...change,
});
