import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A real service that a test starts for itself, and stops and starts again as it likes. */
export interface Service {
  /** Where it listens: a private port of 127.0.0.1, the same at every start. */
  readonly url: string;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** Ends exactly the process that `start` began, at once. Harmless when it does not run. */
  stop(): Promise<void>;
  /** Stops it and removes its folder. */
  dispose(): Promise<void>;
}

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
}

/** Milliseconds. */
const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 5_000;
const POLL = 20;

/** A process of its own, started once and ready when `isReady` says so. */
export async function startProcess(command: Command, isReady: () => Promise<boolean>): Promise<ChildProcess> {
  const { program, words, environment = {}, uid, gid, cwd } = command;
  const child = spawn(program, words, {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  let said = '';
  const hear = (text: string) => {
    said = (said + text).slice(-4_000);
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  child.once('error', (error) => hear(error.message));
  const deadline = Date.now() + START_TIMEOUT;
  while (!hasEnded(child) && child.pid !== undefined && Date.now() < deadline) {
    if (await isReady()) return child;
    await wait(POLL);
  }
  await stopProcess(child);
  throw new Error(`${program} did not start: ${said}`);
}

/** Asks the process to end (SIGTERM unless told), then forces it; resolves when it is gone. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
  await ended;
  clearTimeout(timer);
}

/** A port of 127.0.0.1 that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Whether there is a process with this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** User and group id of an account; `undefined` when this machine has none of the name. */
export function account(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
