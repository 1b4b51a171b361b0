import type { Logger } from 'pino';
import { type SweepOptions, sweep } from './sweep.ts';

export interface SweepDailyOptions extends Omit<SweepOptions, 'stopped'> {
  readonly logger: Logger;
  /** Milliseconds until the first sweep, and between two. */
  readonly first?: number;
  readonly every?: number;
}

/** Sweeps once a day while the server runs. Stopping waits for a sweep that is under way to break off. */
export function sweepDaily({ logger, first = 600_000, every = 24 * 3_600_000, ...options }: SweepDailyOptions) {
  let isStopped = false;
  let sweeping: Promise<void> = Promise.resolve();

  async function once(): Promise<void> {
    try {
      const deleted = await sweep({ ...options, stopped: () => isStopped });
      if (deleted > 0) logger.info({ deleted }, 'outputs that nothing names any more were deleted');
    } catch (error) {
      logger.warn({ err: error }, 'outputs were not swept; nothing that is needed was deleted');
    }
    if (!isStopped) plan(every);
  }

  let timer: NodeJS.Timeout;
  function plan(wait: number): void {
    timer = setTimeout(() => {
      sweeping = once();
    }, wait);
    timer.unref();
  }
  plan(first);

  return {
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(timer);
      await sweeping;
    },
  };
}
