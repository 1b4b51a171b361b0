import { expect, test } from 'vitest';
import { parseMounts } from './machine.ts';
import { type MountStep, type Place, planMounts } from './mount-plan.ts';

const MOUNTS = parseMounts(
  [
    '22 27 0:21 / /proc rw,nosuid - proc proc rw',
    '23 27 0:22 / /sys rw - sysfs sysfs rw',
    '31 23 0:28 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw',
    '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '28 27 254:1 / /data rw,nodev,noatime - ext4 /dev/vdb rw',
    '29 27 0:27 / /mnt/with\\040space rw - tmpfs tmpfs rw',
    '30 27 0:29 / /boot ro,nosuid - ext4 /dev/vdc ro',
    '32 27 0:30 / /home/ada/music rw - fuse music rw',
  ].join('\n'),
);

const told = (step: MountStep) => {
  switch (step.type) {
    case 'show':
      return `${step.path} ← ${step.source}${step.file ? ' (file)' : ''}`;
    case 'empty':
      return `${step.path} ∅${step.file ? ' (file)' : ''}`;
    case 'freeze':
      return `${step.path} ro ${step.flags}`;
  }
};
const plan = (places: readonly Place[], options = {}) => planMounts(places, MOUNTS, options).map(told);

test('K63 everything that is mounted is frozen, with its other flags, the root last', () => {
  expect(plan([])).toEqual([
    '/mnt/with space ro rw',
    '/home/ada/music ro rw',
    '/data ro rw,nodev,noatime',
    '/ ro rw,relatime',
  ]);
  expect(plan([], { keepSys: true })).toContain('/sys/fs/cgroup ro rw,nosuid');
});

test('K63 what is to be seen and is a mount of its own is frozen as every other', () => {
  for (const type of ['readable', 'frozen'] as const) {
    const steps = plan([{ type, path: '/data' }]);
    expect(steps.filter((step) => step.startsWith('/data'))).toEqual(['/data ro rw,nodev,noatime']);
  }
});

test('K63 of nested places the inner one counts', () => {
  const places: Place[] = [
    { type: 'writable', path: '/home/ada/app/.daybook/workspace' },
    { type: 'private', path: '/home/ada', source: '/tmp/s/home' },
    { type: 'readable', path: '/home/ada/app/node_modules' },
    { type: 'readable', path: '/usr/lib/node_modules' },
    { type: 'hidden', path: '/home/ada/app/.daybook' },
    { type: 'hidden', path: '/run' },
    { type: 'hidden', path: '/opt/settings.json', file: true },
  ];
  const steps = plan(places);
  expect(steps.filter((step) => !step.includes(' ro '))).toEqual([
    '/home/ada ← /tmp/s/home',
    // The home below it is covered already, and /usr is seen anyway.
    '/home/ada/app/.daybook/workspace ← /home/ada/app/.daybook/workspace',
    '/home/ada/app/node_modules ← /home/ada/app/node_modules',
    '/opt/settings.json ∅ (file)',
    '/run ∅',
  ]);
  expect(steps).toContain('/home/ada/app/node_modules ro rw,relatime');
  // What is mounted below a replaced folder is out of sight.
  expect(steps.join()).not.toContain('music');
});

test('K63 what is the host’s own stays read-only inside a writable workspace', () => {
  const places: Place[] = [
    { type: 'writable', path: '/data' },
    { type: 'frozen', path: '/data/server' },
    { type: 'frozen', path: '/data/node_modules' },
    { type: 'readable', path: '/data/node_modules' },
    { type: 'readable', path: '/data/work/node_modules' },
    { type: 'frozen', path: '/opt/daybook' },
  ];
  const steps = plan(places);
  expect(steps.filter((step) => !step.includes(' ro '))).toEqual([
    '/data ← /data',
    '/data/node_modules ← /data/node_modules',
    '/data/server ← /data/server',
  ]);
  expect(steps).toContain('/data/server ro rw,nodev,noatime');
  expect(steps.join()).not.toContain('/opt');
});

test('K63 a home inside the workspace is hidden, a workspace that is the home folder stays', () => {
  expect(
    plan([
      { type: 'writable', path: '/data' },
      { type: 'hidden', path: '/data/.daybook' },
    ]).slice(0, 2),
  ).toEqual(['/data ← /data', '/data/.daybook ∅']);
  const same: Place[] = [
    { type: 'private', path: '/data', source: '/tmp/s/home' },
    { type: 'writable', path: '/data' },
  ];
  expect(plan(same)[0]).toBe('/data ← /data');
  expect(plan(same).join()).not.toContain('/data ro');
});
