import type { Disposer } from '@daybook/shared/ports/disposer';
import type { Logger } from 'pino';
import { steadyNow } from '../../time/steady-now.ts';
import type { Kernels, RunningKernel } from './kernels.ts';

/** When kernels that nobody uses are put to sleep, as the settings say. */
export interface IdleRule {
  readonly minutes: number;
  /** Also kernels that a page is connected to. */
  readonly withPage: boolean;
}

/**
 * When this kernel will be put to sleep, in milliseconds since the epoch; undefined when it will
 * not: without a rule, while it does anything, and while a page is open unless the rule says so.
 */
export function idleEnd(kernel: RunningKernel, rule: IdleRule | undefined): number | undefined {
  const { front, connections, keptAt } = kernel;
  if (rule === undefined || front.status !== 'idle' || (connections > 0 && !rule.withPage)) return undefined;
  return Math.max(front.lastActivity, keptAt) + rule.minutes * 60_000;
}

/** Milliseconds by which the clock may move otherwise than time between two looks. */
const JUMP = 60_000;

export interface WatchIdleOptions {
  readonly log: Logger;
  readonly now?: () => number;
  readonly steady?: () => number;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

/**
 * Puts kernels to sleep as the rule says; their page says when before it happens. After the clock was
 * put forward, or the machine slept, nobody could see that: every kernel's time begins anew then. The
 * disposer stops that.
 */
export function watchIdle(
  kernels: Kernels,
  rule: IdleRule | undefined,
  { log, now = Date.now, steady = steadyNow, every = 10_000 }: WatchIdleOptions,
): Disposer {
  if (rule === undefined) return () => undefined;
  let before = { now: now(), steady: steady() };
  const timer = setInterval(() => {
    const after = { now: now(), steady: steady() };
    const jumped = after.now - before.now - (after.steady - before.steady) > JUMP;
    before = after;
    if (jumped) for (const kernel of kernels.list()) kernel.keptAt = after.now;
    for (const kernel of kernels.list()) {
      const end = idleEnd(kernel, rule);
      if (end === undefined || end > now()) continue;
      log.info({ kernel: kernel.front.id, minutes: rule.minutes }, 'kernel put to sleep: nobody used it');
      kernels.sleep(kernel.front.id).catch((error: unknown) => log.error({ err: error }, 'kernel did not end'));
    }
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
