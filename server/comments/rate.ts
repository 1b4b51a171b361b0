import { DaybookError } from '@daybook/shared/errors/error';
import { steadyNow } from '../time/steady-now.ts';

export interface RateOptions {
  /** Writes in a row. */
  readonly burst?: number;
  /** Writes a minute in the long run. */
  readonly perMinute?: number;
  readonly now?: () => number;
}

const MOST_PEOPLE = 10_000;

/** Lets each person write so much; fails with `too_many_comments` (429) beyond. */
export function createRate({
  burst = 30,
  perMinute = 60,
  now = steadyNow,
}: RateOptions = {}): (person: string) => void {
  const left = new Map<string, { tokens: number; at: number }>();
  return (person) => {
    const { tokens, at } = left.get(person) ?? { tokens: burst, at: now() };
    const refilled = Math.min(burst, tokens + ((now() - at) * perMinute) / 60_000);
    if (refilled < 1) {
      const wait = Math.ceil(((1 - refilled) * 60) / perMinute);
      throw new DaybookError('too_many_comments', 'You are writing comments faster than anybody can read them.', {
        status: 429,
        action: `Wait ${wait === 1 ? 'a second' : `${wait} seconds`} and send it again. Nothing was lost.`,
      });
    }
    if (left.size >= MOST_PEOPLE) left.clear();
    left.set(person, { tokens: refilled - 1, at: now() });
  };
}
