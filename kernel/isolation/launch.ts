import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Isolation } from '@daybook/shared/ports/isolation';
import type { KernelOptions } from '@daybook/shared/ports/kernel-front';
import { cgroupWords, makeCgroup, removeCgroup } from './cgroup.ts';
import { DEFAULT_PROCESSES, limitWords } from './limits.ts';
import { type Machine, readMachine } from './machine.ts';
import { NO_GUARDS } from './no-guards.ts';
import { sandboxPlaces } from './places.ts';
import { sandboxWords } from './sandbox-script.ts';
import { endStragglers, MARK } from './stragglers.ts';

const PREFIX = 'daybook-sandbox-';

/** How to start one program under its guards, and what to clean up after it. */
export interface Launch {
  /** Stand before the program's own words; may be none. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly sandboxed: boolean;
  /** Value of `MARK` in the environment of every process of this launch. */
  readonly mark: string;
  /** Ends what the program left running and removes what was made for it. Idempotent. */
  close(): Promise<void>;
}

const NO_ISOLATION: Isolation = { policy: NO_GUARDS, sandboxed: false };

/** Errors: `sandbox_unavailable`. */
export function openLaunch(options: KernelOptions, machine: Machine = readMachine()): Launch {
  const { isolation = NO_ISOLATION, id } = options;
  const { policy, sandboxed, obstacle } = isolation;
  if (policy.sandbox === 'required' && !sandboxed) {
    throw new DaybookError('sandbox_unavailable', `No kernel is started: ${obstacle?.reason ?? 'no sandbox'}.`, {
      status: 503,
      action: obstacle?.action ?? 'Run “npx daybook doctor”.',
    });
  }
  const mark = `${id}.${randomUUID()}`;
  const words: string[] = [];
  const { sh } = machine.tools;
  const group = isolation.cgroup === undefined || sh === undefined ? undefined : isolation.cgroup;
  const cgroup = group === undefined ? undefined : makeCgroup(group, `daybook-kernel-${mark}`, policy.limits);
  if (cgroup !== undefined && sh !== undefined) words.push(...cgroupWords(cgroup, sh));
  const scratch = sandboxed ? makeScratch() : undefined;
  if (scratch !== undefined) words.push(...sandbox(options, isolation, { machine, scratch }));
  words.push(...limitWords(policy.limits, machine, { ownCount: sandboxed }));
  let closing: Promise<void> | undefined;
  const clean = async () => {
    // In the sandbox nothing outlives its first process.
    if (!sandboxed) endStragglers(mark);
    if (cgroup !== undefined) await removeCgroup(cgroup);
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  return {
    words,
    sandboxed,
    mark,
    env: { ...options.env, [MARK]: mark, ...(sandboxed ? { TMPDIR: '/tmp' } : {}) },
    close() {
      closing ??= clean();
      return closing;
    },
  };
}

function sandbox(
  { cwd, workspace = cwd, env, kinds }: KernelOptions,
  { policy }: Isolation,
  { machine, scratch }: { machine: Machine; scratch: string },
): string[] {
  const { network, hidden, readOnly = [], limits: wanted } = policy;
  const places = sandboxPlaces({
    cwd,
    workspace,
    home: env.HOME,
    hidden,
    readOnly,
    network,
    scratch,
    code: [dirname(import.meta.dirname), ...(kinds?.kinds ?? []).map(({ run }) => dirname(run))],
  });
  if (places.some(({ type, path }) => type === 'writable' && path === '/')) {
    throw new DaybookError('sandbox_unavailable', 'A workspace that is the whole machine cannot be put in a sandbox.', {
      status: 503,
      action: 'Start the server on a folder.',
    });
  }
  const processes = wanted.processes ?? DEFAULT_PROCESSES;
  return sandboxWords({ places, cwd: existsSync(cwd) ? realpathSync(cwd) : cwd, network, processes }, machine);
}

/** A folder for what sandboxed programs write to `/tmp` and their home. Removes those of hosts that are gone. */
function makeScratch(): string {
  for (const name of readdirSync(tmpdir())) {
    const host = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (host > 0 && !isAlive(host)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  const scratch = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  for (const name of ['tmp', 'home']) mkdirSync(join(scratch, name));
  return scratch;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** How a program ended, seen through the sandbox: its shell passes a signal on as an exit code. */
export function endedBy(code: number | null, sandboxed: boolean): NodeJS.Signals | undefined {
  if (!sandboxed || code === null || code <= 128) return undefined;
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return found?.[0] as NodeJS.Signals | undefined;
}
