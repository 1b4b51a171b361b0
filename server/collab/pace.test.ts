import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('a burst is free, a steady pace is free, more has to wait as long as it takes to be one [R23]', () => {
  let now = 0;
  const pace = new Pace({ frames: 10, bytes: 1000, burst: 2 }, () => now);
  for (let frame = 0; frame < 20; frame += 1) expect(pace.spend(1, 1)).toBe(0);
  expect(pace.spend(1, 1)).toBe(100);
  expect(pace.spend(1, 1)).toBe(200);
  now += 200;
  expect(pace.spend(0, 0)).toBe(0);
  for (let second = 0; second < 100; second += 1) {
    now += 1000;
    expect(pace.spend(10, 100)).toBe(0);
  }
  now += 60_000;
  expect(pace.spend(1, 5000)).toBe(3000);
});
