import { CancelledError } from '@daybook/shared/errors/error';
import { type CellRun, currentRun } from './cell-run.ts';
import type { Control } from './control.ts';
import type { Runaways } from './runaways.ts';

/**
 * Where compiled cells notice that they were interrupted: after every `await`, in every round of a
 * `for await`, and at the start of every `catch` of an async function. A termination ends one
 * callback only; what that callback's cell awaits elsewhere would go on unseen. Here it throws, so
 * that `finally` blocks run and no `catch` keeps it.
 *
 * Each async function remembers the interrupt count it began at. One that began before its cell
 * was interrupted is over; one that a server or a timer begins later works on.
 */
export interface Checkpoints {
  /** The interrupt count, at index 0. */
  readonly at: { readonly [index: number]: number };
  /** Hands `value` through; throws when the calling flow, begun at `since`, is over. */
  live<T>(value: T, since: number): T;
  /** Everything that `run` has under way is over. */
  end(run: CellRun): void;
}

export function checkpoints(control: Control, flows: Runaways): Checkpoints {
  const at = control.rounds;
  const check = (since: number) => {
    const run = currentRun();
    if (run === undefined) return;
    if (control.interrupting(run.request) || (run.interrupted !== undefined && since < run.interrupted))
      throw interrupted();
  };
  return {
    at,
    live(value, since) {
      if (at[0] !== since) check(since);
      return value;
    },
    end(run) {
      control.advance();
      run.interrupted = at[0];
      flows.follow(run);
    },
  };
}

/** What an interrupted cell ends with. */
export function interrupted(): CancelledError {
  return new CancelledError('The cell was interrupted. Variables keep their values.');
}
