import { type ChildProcess, spawn } from 'node:child_process';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Command } from './command.ts';

/** Characters of what a program wrote to its standard error that are kept. */
const TAIL = 4_000;
/** Milliseconds a program has to end after it was asked, and again after SIGTERM. */
const PATIENCE = 2_000;
const TERM_PATIENCE = 1_000;

/**
 * Ends the group it is told when its standard input closes without a word, as happens when the
 * server is killed. A shell: it takes a megabyte, and nothing of ours has to be alive for it.
 */
const WATCHDOG =
  'trap "" HUP INT TERM; read -r word || { kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"; } 2>/dev/null';

export interface ProgramProcess {
  readonly pid: number;
  /** Resolves, with the reason in one sentence, when the program has ended. */
  readonly ended: Promise<string>;
  /** To all processes of the program's group. */
  signal(name: NodeJS.Signals): void;
  /** Waits for a program that was asked to end, then makes it end, with all it started. */
  end(): Promise<void>;
}

/** Starts a program in a process group of its own. Errors: `kernel_broken`. */
export async function startProgram(
  { program, words, env }: Command,
  { cwd, name }: { cwd: string; name: string },
): Promise<ProgramProcess> {
  const child = spawn(program, words, {
    cwd,
    env: { ...env, JPY_PARENT_PID: String(process.pid) },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let tail = '';
  // What the program prints itself is its log; what cells print comes as messages.
  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(endReason({ code, signal, tail })));
    // Something it started may hold its pipes for ever.
    child.once('exit', (code, signal) => setTimeout(() => resolve(endReason({ code, signal, tail })), 200).unref());
  });
  const pid = await spawned(child, { program, name });
  const release = guard(pid);

  function signal(each: NodeJS.Signals): void {
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, each);
    } catch {
      // Gone already.
    }
  }

  void ended.then(() => {
    // Children of a kernel end with it.
    signal('SIGKILL');
    release();
  });
  return {
    pid,
    ended,
    signal,
    async end() {
      if (await within(ended, PATIENCE)) return;
      signal('SIGTERM');
      if (await within(ended, TERM_PATIENCE)) return;
      signal('SIGKILL');
      await ended;
    },
  };
}

function spawned(child: ChildProcess, { program, name }: { program: string; name: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const missing = cause.code === 'ENOENT';
      reject(
        new DaybookError(
          'kernel_broken',
          missing
            ? `The kernel “${name}” cannot be started: there is no program ${program}.`
            : `The kernel “${name}” cannot be started: ${cause.message}.`,
          { status: 500, cause, action: 'Install the kernel again, or choose another one.' },
        ),
      );
    });
  });
}

/** Starts the watchdog of a process group; the answer calls it off. */
function guard(group: number): () => void {
  if (process.platform === 'win32') return () => {};
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'daybook-kernel-watchdog', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.once('error', () => {});
  watchdog.stdin?.on('error', () => {});
  return () => watchdog.stdin?.end('done\n');
}

/** Says in one sentence why a program ended, in its own words where it left some. */
function endReason({ code, signal, tail }: { code: number | null; signal: string | null; tail: string }): string {
  if (signal === 'SIGKILL')
    return 'The kernel was killed from outside, most likely because the machine ran out of memory.';
  const lines = tail
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/warn/i.test(line));
  const told = lines.findLast((line) => /error|fatal|exception|no module/i.test(line)) ?? lines.at(-1);
  const words = told === undefined ? '' : ` It said: ${told.slice(0, 300)}`;
  return signal === null
    ? `The kernel exited with code ${code ?? 'unknown'}.${words}`
    : `The kernel was ended by signal ${signal}.${words}`;
}

async function within(done: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const came = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return came;
}
