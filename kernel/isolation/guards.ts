import type { GuardReport, Isolation } from '@daybook/shared/ports/isolation';
import type { FoundCgroup } from './cgroup.ts';
import type { Attempts } from './inspect.ts';
import type { Machine } from './machine.ts';
import { limitsRootProcesses } from './sandbox-script.ts';

export interface GuardFacts {
  readonly isolation: Isolation;
  /** Whether a sandbox can be made here, asked for or not. */
  readonly possible: boolean;
  readonly obstacle: Isolation['obstacle'];
  readonly machine: Machine;
  /** Undefined where there is no such thing as a control group. */
  readonly cgroup: FoundCgroup | undefined;
  readonly attempts: Attempts;
}

/** Says of each guard whether it holds here, judged by what a program under it could do. */
export function describeGuards(facts: GuardFacts): GuardReport[] {
  return [...always(facts), ...limits(facts), ...separation(facts)];
}

function always({ attempts }: GuardFacts): GuardReport[] {
  return [
    guard('environment', attempts.environment, 'cells see variables of a fixed list and no setting of the server'),
    attempts.ownGroup === undefined
      ? guard('process group', true, 'a group of its own, asked for at its start; this system cannot tell')
      : guard('process group', attempts.ownGroup, 'an interrupt and the end reach the programs that cells start'),
    attempts.leavesDaemon === false
      ? guard('processes left behind', true, 'what a cell leaves running ends with its kernel')
      : unguarded(
          'processes left behind',
          'a program that leaves its process group goes on',
          'Run the server on Linux.',
        ),
  ];
}

function limits(facts: GuardFacts): GuardReport[] {
  const { isolation, cgroup, attempts } = facts;
  const { limits: wanted } = isolation.policy;
  const prlimit = 'Run the server on Linux, with util-linux.';
  const group = isolation.cgroup !== undefined;
  const cgroupAction =
    cgroup === undefined ? 'Run the server on Linux.' : cgroup.path === undefined ? cgroup.action : undefined;
  const cgroupReason =
    cgroup === undefined
      ? 'this system has no control groups'
      : cgroup.path === undefined
        ? cgroup.reason
        : 'no limit is set';
  return [
    attempts.coreLimit === '0'
      ? guard('core dumps', true, 'none are written')
      : unguarded('core dumps', 'prlimit is missing', prlimit),
    isNumber(attempts.openFiles)
      ? guard('open files', true, `at most ${attempts.openFiles} in one process`)
      : unguarded('open files', 'prlimit is missing', prlimit),
    processGuard(facts),
    isNumber(attempts.fileSize)
      ? guard('file size', true, `one file grows to at most ${Number(attempts.fileSize) / 1_048_576} MB`)
      : unguarded('file size', 'no limit is set', 'Set DAYBOOK_KERNEL_FILE_MB.'),
    group && wanted.memoryMb !== undefined
      ? guard('memory', true, `at most ${wanted.memoryMb} MB for a kernel and all it starts (control group)`)
      : unguarded(
          'memory',
          `${cgroupReason}; the kernel itself is ended when it takes too much, what it starts is not watched`,
          cgroupAction ?? 'Set DAYBOOK_KERNEL_MEMORY_MB.',
        ),
    group && wanted.cpus !== undefined
      ? guard('processor time', true, `at most ${wanted.cpus} processors (control group)`)
      : unguarded('processor time', cgroupReason, cgroupAction ?? 'Set DAYBOOK_KERNEL_CPUS.'),
  ];
}

function processGuard({ isolation, machine, attempts, possible }: GuardFacts): GuardReport {
  const name = 'number of processes';
  if (isolation.cgroup !== undefined) return guard(name, true, 'limited by a control group');
  if (machine.uid === 0) {
    if (isolation.sandboxed && limitsRootProcesses(machine))
      return guard(name, true, `process ids inside end at ${attempts.pidMax}`);
    const action = 'Run the server as a user of its own';
    const sandbox =
      !isolation.sandboxed && possible && limitsRootProcesses(machine) ? ', or set DAYBOOK_SANDBOX=auto' : '';
    return unguarded(name, 'the server runs as root, which has no such limit', `${action}${sandbox}.`);
  }
  if (!isNumber(attempts.processes) || machine.tools.prlimit === undefined)
    return unguarded(name, 'prlimit is missing', 'Run the server on Linux, with util-linux.');
  const counted = isolation.sandboxed ? 'processes and threads in one kernel' : 'processes and threads of this user';
  return guard(name, true, `at most ${attempts.processes} ${counted}`);
}

function separation({ isolation, possible, obstacle, attempts }: GuardFacts): GuardReport[] {
  const { policy } = isolation;
  const off = policy.sandbox === 'off' ? 'DAYBOOK_SANDBOX is off' : undefined;
  const because = [off, obstacle?.reason].filter((reason) => reason !== undefined).join(', and ');
  const action = possible
    ? 'Set DAYBOOK_SANDBOX=auto (or required): this machine can make the sandbox.'
    : obstacle?.action;
  const held = (name: string, enforced: boolean, how: string, instead: string) =>
    enforced ? guard(name, true, how) : unguarded(name, `${instead}: ${because}`, action);
  const open = policy.network && isolation.sandboxed;
  return [
    held(
      'other processes',
      !attempts.seesHost && !attempts.signalsHost,
      'cells see and signal only their own',
      'cells can read the environment of the server, signal it and trace it',
    ),
    held(
      'the server’s files',
      !attempts.readsHidden,
      'the home, its keys and the settings file are not there for cells',
      'cells can read the keys in the home',
    ),
    held(
      'other files',
      !attempts.writesOutside,
      'cells write only in the workspace',
      'cells write wherever the server can',
    ),
    open
      ? unguarded('network', 'cells reach the network: DAYBOOK_SANDBOX_NETWORK is 1', 'Set DAYBOOK_SANDBOX_NETWORK=0.')
      : held('network', !attempts.connects, 'cells reach nothing but themselves', 'cells reach the network'),
    held(
      'privileges',
      attempts.privileges === 'none',
      'none, and none can be gained',
      'cells can use sudo and the like',
    ),
  ];
}

function guard(name: string, enforced: boolean, how: string): GuardReport {
  return enforced ? { name, enforced, how } : { name, enforced, how: `does not hold: ${how}` };
}

function unguarded(name: string, how: string, action: string | undefined): GuardReport {
  return { name, enforced: false, how, action };
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text);
}
