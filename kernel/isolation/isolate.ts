import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Isolation, IsolationPolicy } from '@daybook/shared/ports/isolation';
import { prepareCgroup } from './cgroup.ts';
import { openLaunch } from './launch.ts';
import { type Machine, readMachine } from './machine.ts';
import { SANDBOX_TOOLS } from './sandbox-script.ts';

type Obstacle = NonNullable<Isolation['obstacle']>;

/** Finds out, by making one, whether there can be a sandbox. Never fails. */
export async function isolate(policy: IsolationPolicy, machine: Machine = readMachine()): Promise<Isolation> {
  const obstacle = policy.sandbox === 'off' ? undefined : (missing(machine) ?? (await tryOut(policy, machine)));
  const wantsCgroup =
    policy.sandbox !== 'off' || policy.limits.memoryMb !== undefined || policy.limits.cpus !== undefined;
  return {
    policy,
    sandboxed: policy.sandbox !== 'off' && obstacle === undefined,
    obstacle,
    cgroup: wantsCgroup && machine.platform === 'linux' ? prepareCgroup().path : undefined,
  };
}

/** What is not there, so that nothing needs to be tried. */
export function missing({ platform, tools }: Machine): Obstacle | undefined {
  if (platform !== 'linux') {
    return {
      reason: `the sandbox is made of Linux namespaces, and this is ${platform === 'win32' ? 'Windows' : platform}`,
      action: 'Run the server on Linux, or in a Linux virtual machine.',
    };
  }
  const absent = SANDBOX_TOOLS.filter((name) => tools[name] === undefined);
  if (absent.length === 0) return undefined;
  return { reason: `the sandbox needs ${absent.join(', ')}`, action: 'Install util-linux 2.38 or newer.' };
}

/** Runs a program in a sandbox like that of a kernel. */
async function tryOut(policy: IsolationPolicy, machine: Machine): Promise<Obstacle | undefined> {
  const cwd = await mkdtemp(join(tmpdir(), 'daybook-try-'));
  const isolation: Isolation = { policy, sandboxed: true };
  const launch = openLaunch({ id: 'try', cwd, env: { PATH: process.env.PATH ?? '' }, isolation }, machine);
  try {
    const [program = '', ...args] = [...launch.words, 'true'];
    const { code, errors } = await run(program, args, { cwd, env: launch.env });
    return code === 0 ? undefined : obstacleOf(errors);
  } finally {
    await launch.close();
    await rm(cwd, { recursive: true, force: true });
  }
}

function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', (error) => resolve({ code: null, errors: error.message }));
    child.on('close', (code) => resolve({ code, errors }));
  });
}

/** Makes of what the tools said what a person can act on. */
export function obstacleOf(errors: string): Obstacle {
  // `mount` adds where more could be read.
  const lines = errors.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !line.startsWith('dmesg(1)')).at(-1) ?? '';
  const reason = `the sandbox cannot be made here (${said === '' ? 'no reason was given' : said})`;
  if (/No space left/i.test(errors))
    return { reason, action: 'Allow user namespaces: set the sysctl user.max_user_namespaces above 0.' };
  if (/unrecognized option|invalid option/i.test(errors))
    return { reason, action: 'Install util-linux 2.38 or newer.' };
  if (/proc/.test(said)) {
    return {
      reason,
      action:
        'In a container, show all of /proc: docker run --security-opt systempaths=unconfined (and seccomp=unconfined).',
    };
  }
  return {
    reason,
    action:
      'Allow user namespaces. In a container: docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined. On Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0. On older Debian: sysctl kernel.unprivileged_userns_clone=1.',
  };
}
