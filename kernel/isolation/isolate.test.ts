import { describe, expect, test } from 'vitest';
import { isolate, missing, obstacleOf } from './isolate.ts';
import { openLaunch } from './launch.ts';
import { machine, policy } from './machine.fixture.ts';
import { policyOf } from './settings.ts';

describe('policy', () => {
  test.each(['darwin', 'win32'] as const)('K67 on %s auto starts kernels without, required none', async (platform) => {
    const there = machine({ platform });
    const auto = await isolate(policy({ sandbox: 'auto' }), there);
    expect(auto).toMatchObject({ sandboxed: false, cgroup: undefined, obstacle: { reason: /namespaces/ } });
    const options = { id: 'k', cwd: '/w', env: { A: '1' } };
    expect(openLaunch({ ...options, isolation: auto }, there)).toMatchObject({
      words: [],
      sandboxed: false,
      env: { A: '1' },
    });
    const required = await isolate(policy({ sandbox: 'required' }), there);
    expect(() => openLaunch({ ...options, isolation: required }, there)).toThrow(
      expect.objectContaining({ code: 'sandbox_unavailable', action: expect.stringContaining('Linux') }),
    );
  });

  test('K67 tools that are missing are named', () => {
    expect(missing(machine())).toBeUndefined();
    expect(missing(machine({ exists: (path) => path === '/usr/bin/sh' }))?.reason).toContain('unshare, mount, umount');
  });

  test.each([
    ['unshare: unshare failed: Operation not permitted', /seccomp=unconfined/],
    ['unshare: unshare failed: No space left on device', /max_user_namespaces/],
    ["unshare: unrecognized option '--kill-child'", /util-linux 2\.38/],
    ['mount: /proc: permission denied.', /systempaths=unconfined/],
    ['', /user namespaces/],
  ])('K65 “%s” comes with what to do', (said, action) => {
    expect(obstacleOf(said).action).toMatch(action);
    expect(obstacleOf(said).reason).toContain(said);
  });

  test('K60 the reason is what went wrong, not where more could be read', () => {
    const said = 'mount: /data: permission denied.';
    expect(
      obstacleOf(`${said}\n       dmesg(1) may have more information after failed mount system call.\n`).reason,
    ).toBe(`the sandbox cannot be made here (${said})`);
  });

  test('K65 the program for stock Jupyter reads the same settings', () => {
    expect(
      policyOf({
        DAYBOOK_SANDBOX: 'required',
        DAYBOOK_SANDBOX_NETWORK: '1',
        DAYBOOK_KERNEL_CPUS: '1.5',
        DAYBOOK_KERNEL_FILE_MB: '',
      }),
    ).toMatchObject({
      sandbox: 'required',
      network: true,
      limits: { cpus: 1.5, fileMb: undefined },
    });
    expect(policyOf({})).toEqual(policy({ limits: {} }));
    expect(() => policyOf({ DAYBOOK_SANDBOX: 'yes' })).toThrow(/DAYBOOK_SANDBOX=yes must be off, auto or required/);
    expect(() => policyOf({ DAYBOOK_KERNEL_PROCESSES: '-1' })).toThrow(/DAYBOOK_KERNEL_PROCESSES=-1/);
  });
});
