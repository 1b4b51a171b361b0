import { promiseHooks } from 'node:v8';
import { clearAsyncStack } from './async-checks.ts';
import { type CellRun, provenRun } from './cell-run.ts';

/**
 * An interrupted cell has ended, yet its code may go on: a loop that catches whatever its `await`
 * throws takes the interrupt for one more failure and tries again, for ever. For a moment after the
 * interrupt, any function of the cell that would go on after an `await` is terminated instead. Later
 * on nothing is: what then wakes up is a library that happened to start in that cell (a connection,
 * a server), and it must go on working.
 */
const MOMENT_MS = 1_000;

const hunted = new Set<CellRun>();
let stop: (() => void) | undefined;

/** `terminate` ends the JavaScript that runs now, on this thread. */
export function endStragglers(run: CellRun, terminate: () => void): void {
  hunted.add(run);
  stop ??= promiseHooks.onBefore(() => {
    const owner = provenRun();
    if (owner !== undefined && hunted.has(owner)) terminate();
  }) as () => void;
  timers.setTimeout(() => {
    clearAsyncStack();
    hunted.delete(run);
    if (hunted.size > 0) return;
    stop?.();
    stop = undefined;
  }, MOMENT_MS);
}

/** The real timers: user code may replace the global ones. */
const timers = { setTimeout };
