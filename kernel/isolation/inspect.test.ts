import type { Isolation } from '@daybook/shared/ports/isolation';
import { describe, expect, test } from 'vitest';
import { describeGuards } from './guards.ts';
import { attempt, inspectGuards } from './inspect.ts';
import { isolate } from './isolate.ts';
import { machine, policy } from './machine.fixture.ts';

describe('guards', () => {
  test('K66 off: what holds and what does not, as tried', async () => {
    const found = await inspectGuards(policy({ limits: { fileMb: 8 } }));
    const held = Object.fromEntries(found.map(({ name, enforced }) => [name, enforced]));
    expect(held).toMatchObject({ environment: true, 'process group': true, network: false, 'other files': false });
    if (process.platform === 'linux')
      expect(held).toMatchObject({
        'core dumps': true,
        'open files': true,
        'file size': true,
        'processes left behind': true,
      });
    for (const { enforced, how, action, name } of found) {
      expect(how, name).not.toBe('');
      if (!enforced) expect(action, name).toMatch(/\.$/);
    }
  });

  test('K66 in the sandbox every separation holds; network allowed is told as such', async (context) => {
    const isolation = await isolate(policy({ sandbox: 'auto' }));
    if (isolation.obstacle !== undefined) context.skip(isolation.obstacle.reason);
    expect(await attempt(isolation)).toMatchObject({
      seesHost: false,
      signalsHost: false,
      readsHidden: false,
      writesOutside: false,
      connects: false,
      leavesDaemon: false,
      privileges: 'none',
    });
    const open = await inspectGuards(policy({ sandbox: 'auto', network: true }));
    expect(open.find(({ name }) => name === 'network')).toMatchObject({
      enforced: false,
      how: expect.stringContaining('NETWORK is 1'),
    });
  });

  test('K66 an obstacle is given as the reason', () => {
    const isolation: Isolation = { policy: policy({ sandbox: 'auto' }), sandboxed: false };
    const obstacle = { reason: 'the sandbox needs mount', action: 'Install util-linux.' };
    const attempts = {
      environment: true,
      ownGroup: undefined,
      coreLimit: undefined,
      openFiles: undefined,
      processes: undefined,
      fileSize: undefined,
      pidMax: undefined,
      seesHost: true,
      signalsHost: true,
      readsHidden: true,
      writesOutside: true,
      connects: true,
      privileges: undefined,
      leavesDaemon: undefined,
    };
    const facts = {
      isolation,
      possible: false,
      obstacle,
      machine: machine({ platform: 'darwin' }),
      cgroup: undefined,
      attempts,
    };
    const found = describeGuards(facts);
    expect(found.find(({ name }) => name === 'network')).toMatchObject({
      enforced: false,
      how: 'cells reach the network: the sandbox needs mount',
      action: 'Install util-linux.',
    });
    expect(found.filter(({ enforced }) => enforced).map(({ name }) => name)).toEqual(['environment', 'process group']);
  });
});
