import type { Disposer } from '@daybook/shared/ports/disposer';
import type { Logger } from 'pino';
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

/** Puts kernels to sleep as the rule says. The disposer stops that. */
export function watchIdle(
  kernels: Kernels,
  rule: IdleRule | undefined,
  { log, now = Date.now, every = 10_000 }: { log: Logger; now?: () => number; every?: number },
): Disposer {
  if (rule === undefined) return () => undefined;
  const timer = setInterval(() => {
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
