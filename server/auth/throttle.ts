import { DaybookError } from '@daybook/shared/errors/error';
import { steadyNow } from '../time/steady-now.ts';

/** Counts failures per address in a sliding window and refuses further tries above the limit. */
export interface Throttle {
  /** Fails with `too_many_attempts` (429) when the address has used up its tries. */
  check(address: string): void;
  failed(address: string): void;
  passed(address: string): void;
}

const MOST_ADDRESSES = 10_000;

export function createThrottle({ limit = 10, window = 60_000, now = steadyNow }: ThrottleOptions = {}): Throttle {
  const failures = new Map<string, number[]>();
  const recent = (address: string) => (failures.get(address) ?? []).filter((time) => time > now() - window);
  return {
    check(address) {
      const times = recent(address);
      if (times.length < limit) return;
      const wait = Math.ceil(((times[0] ?? now()) + window - now()) / 1000);
      throw new DaybookError('too_many_attempts', 'Too many wrong tokens were tried from this address.', {
        status: 429,
        action: `Wait ${wait} seconds and try again with the token the server printed.`,
      });
    },
    failed(address) {
      if (failures.size >= MOST_ADDRESSES) failures.clear();
      failures.set(address, [...recent(address), now()].slice(-limit));
    },
    passed(address) {
      failures.delete(address);
    },
  };
}

export interface ThrottleOptions {
  readonly limit?: number;
  /** Milliseconds. */
  readonly window?: number;
  readonly now?: () => number;
}
