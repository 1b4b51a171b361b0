import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DaybookError } from '@daybook/shared/errors/error';
import { PIPES } from '../protocol/wire.ts';
import { type CellRun, currentRun } from './cell-run.ts';
import type { Intrinsics } from './intrinsics.ts';
import { isSilenced } from './runaways.ts';

export interface GuardOptions {
  readonly intrinsics: Intrinsics;
  /** Something was thrown where nobody waits for it: in a timer, a callback, a forgotten promise. */
  readonly onLoose: (thrown: unknown, run: CellRun | undefined, kind: 'exception' | 'rejection') => void;
}

/** Keeps the executor alive through what cells do to the process. */
export function guardProcess({ onLoose, intrinsics }: GuardOptions): void {
  for (const name of ['exit', 'reallyExit', 'abort'] as const) {
    Object.defineProperty(process, name, { value: refuseExit, configurable: true, writable: true });
  }
  guardKill();
  guardDescriptors();
  // An interrupt reaches the whole group; this process is interrupted in its own way. SIGUSR1 would
  // open a debugger's port, and take the evaluator's session with it.
  process.on('SIGINT', () => undefined);
  process.on('SIGUSR1', () => undefined);
  process.on('unhandledRejection', (thrown, promise) => {
    intrinsics.restore();
    if (!isSilenced(promise)) onLoose(thrown, currentRun(), 'rejection');
  });
  process.on('uncaughtException', (thrown) => {
    intrinsics.restore();
    onLoose(thrown, currentRun(), 'exception');
  });
}

function refuseExit(): never {
  throw new DaybookError(
    'exit_disabled',
    'process.exit() is disabled in cells: it would end the kernel and lose every variable.',
    { action: 'Leave the cell with throw, or restart the kernel from the menu.' },
  );
}

/** Signals that a process may send to itself: they ask, or are handled here. */
const HARMLESS = new Set<unknown>([0, 'SIGINT', 'SIGUSR1', 'SIGWINCH', 'SIGCONT']);

/** `process.kill(process.pid)` is another way to write `process.exit()`. */
function guardKill(): void {
  const { kill } = process;
  const guarded: typeof kill = (pid, signal) => {
    const own = pid === process.pid || pid === 0 || pid === -process.pid;
    if (own && !HARMLESS.has(signal)) {
      throw new DaybookError(
        'exit_disabled',
        `process.kill(${pid}) is disabled in cells: ${pid === process.pid ? 'that is the kernel itself' : 'the kernel is among these processes'}.`,
        { action: 'Restart the kernel from its menu.' },
      );
    }
    return kill.call(process, pid, signal);
  };
  Object.defineProperty(process, 'kill', { value: guarded, configurable: true, writable: true });
}

/** Standard input, output and errors. */
const STANDARD = [0, 1, 2];

/**
 * The kernel's own pipes stay open, whatever a cell closes, and the standard ones too: Node goes on
 * using their numbers, and ends the process when they are suddenly those of some other file.
 */
function guardDescriptors(): void {
  const own = new Set<number>([...STANDARD, ...Object.values(PIPES)]);
  const { close, closeSync } = fs;
  const refusal = (fd: number) =>
    new DaybookError('descriptor_in_use', `File descriptor ${fd} belongs to the kernel and cannot be closed.`, {
      action: 'Close only what the cell opened.',
    });
  fs.closeSync = (fd) => {
    if (own.has(fd)) throw refusal(fd);
    closeSync(fd);
  };
  fs.close = ((fd: number, done?: (error?: Error | null) => void) => {
    if (!own.has(fd)) close(fd, done);
    else if (done !== undefined) process.nextTick(done, refusal(fd));
  }) as typeof close;
  syncBuiltinESMExports();
}
