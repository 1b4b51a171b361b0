import { DaybookError } from '@daybook/shared/errors/error';
import { type CellRun, currentRun } from './cell-run.ts';

export interface GuardOptions {
  /** Something was thrown where nobody waits for it: in a timer, a callback, a forgotten promise. */
  readonly onLoose: (thrown: unknown, run: CellRun | undefined, kind: 'exception' | 'rejection') => void;
}

/** Keeps the executor alive through what cells do to the process. */
export function guardProcess({ onLoose }: GuardOptions): void {
  const refuse = (): never => {
    throw new DaybookError(
      'exit_disabled',
      'process.exit() is disabled in cells: it would end the kernel and lose every variable.',
      {
        action: 'Leave the cell with throw, or restart the kernel from the menu.',
      },
    );
  };
  for (const name of ['exit', 'reallyExit', 'abort'] as const) {
    Object.defineProperty(process, name, { value: refuse, configurable: true, writable: true });
  }
  // An interrupt reaches the whole group; this process is interrupted in its own way.
  process.on('SIGINT', () => undefined);
  process.on('unhandledRejection', (reason) => onLoose(reason, currentRun(), 'rejection'));
  process.on('uncaughtException', (error) => onLoose(error, currentRun(), 'exception'));
}
