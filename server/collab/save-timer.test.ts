import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SaveTimer } from './save-timer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Types every 100 ms for so long; answers when saves began. */
async function type(seconds: number, took: number): Promise<number[]> {
  const saves: number[] = [];
  const timer: SaveTimer = new SaveTimer(() => {
    const ended = timer.begin();
    saves.push(performance.now());
    setTimeout(() => ended(true, took), took);
  });
  const began = performance.now();
  for (let at = 0; at < seconds * 10; at += 1) {
    timer.touch();
    await vi.advanceTimersByTimeAsync(100);
  }
  timer.stop();
  return saves.map((at) => Math.round(at - began));
}

test('[R7] somebody who types all the time is saved every three seconds', async () => {
  expect(await type(10, 10)).toEqual([3_000, 6_000, 9_000].map((at, nth) => expect.closeTo(at + nth * 100, -3)));
});

test('[R7] a file that takes long to write is written a fifth of the time at most', async () => {
  const saves = await type(60, 2_000);
  expect(saves.length).toBeGreaterThan(4);
  expect(saves.slice(1).every((at, nth) => at - (saves[nth] ?? 0) >= 10_000)).toBe(true);
});

test('[R7] after a rest a quick save comes soon', async () => {
  let saves = 0;
  const timer: SaveTimer = new SaveTimer(() => {
    saves += 1;
    timer.begin()(true, 2);
  });
  timer.touch();
  await vi.advanceTimersByTimeAsync(501);
  timer.touch();
  await vi.advanceTimersByTimeAsync(501);
  expect(saves).toBe(2);
  timer.stop();
});
