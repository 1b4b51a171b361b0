import { describe, expect, test } from 'vitest';
import { WindowCache } from './windows.ts';

interface Call {
  readonly index: number;
  readonly signal: AbortSignal;
  readonly answer: (value: string) => void;
  readonly fail: (error: Error) => void;
}

function setUp(options: { capacity?: number; parallel?: number } = {}): {
  cache: WindowCache<string>;
  calls: Call[];
  changes: () => number;
} {
  const calls: Call[] = [];
  let changes = 0;
  const cache = new WindowCache<string>({
    load: (index, signal) => new Promise((answer, fail) => calls.push({ index, signal, answer, fail })),
    onChange: () => {
      changes += 1;
    },
    ...options,
  });
  return { cache, calls, changes: () => changes };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('window cache', () => {
  test('starts the most urgent first, a limited number at once', async () => {
    const { cache, calls } = setUp({ parallel: 2 });
    cache.want([3, 4, 5]);
    expect(calls.map((call) => call.index)).toEqual([3, 4]);
    calls[0]?.answer('three');
    await turn();
    expect(cache.get(3)).toBe('three');
    expect(calls.map((call) => call.index)).toEqual([3, 4, 5]);
  });
  test('cancels what is no longer wanted, and its answer is not kept', async () => {
    const { cache, calls, changes } = setUp();
    cache.want([1]);
    cache.want([9]);
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.answer('late');
    await turn();
    expect(cache.get(1)).toBeUndefined();
    expect(changes()).toBe(0);
    expect(cache.busy).toBe(1);
  });
  test('asks once for what is here or on its way', async () => {
    const { cache, calls } = setUp();
    cache.want([1]);
    cache.want([1]);
    calls[0]?.answer('one');
    await turn();
    cache.want([1]);
    expect(calls).toHaveLength(1);
  });
  test('forgets the least recently read', async () => {
    const { cache, calls } = setUp({ capacity: 2, parallel: 3 });
    cache.want([1, 2]);
    calls[0]?.answer('one');
    calls[1]?.answer('two');
    await turn();
    cache.get(1);
    cache.want([3]);
    calls[2]?.answer('three');
    await turn();
    expect([cache.get(1), cache.get(2), cache.get(3)]).toEqual(['one', undefined, 'three']);
  });
  test('a failure stays until retry, or until it is out of sight', async () => {
    const { cache, calls } = setUp();
    cache.want([1]);
    calls[0]?.fail(new Error('no'));
    await turn();
    expect(cache.failure?.index).toBe(1);
    cache.want([1]);
    expect(calls).toHaveLength(1);
    cache.retry();
    expect(calls).toHaveLength(2);
    calls[1]?.fail(new Error('no'));
    await turn();
    cache.want([7]);
    expect(cache.failure).toBeUndefined();
  });
  test('nothing is called back after dispose', async () => {
    const { cache, calls, changes } = setUp();
    cache.want([1]);
    cache.dispose();
    calls[0]?.answer('one');
    await turn();
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(changes()).toBe(0);
  });
});
