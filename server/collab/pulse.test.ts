import { expect, test } from 'vitest';
import { Pulse } from './pulse.ts';

test('one or two writers wait for nobody, more are gathered, many listeners longer [R29]', () => {
  let now = 10_000;
  const pulse = new Pulse<string>(() => now);
  pulse.saw(['ada']);
  pulse.saw(['eve', 'ada']);
  expect(pulse.window(100)).toBe(0);
  pulse.saw(['bob']);
  expect([pulse.window(3), pulse.window(100)]).toEqual([10, 15]);
  now += 1_500;
  expect(pulse.window(3)).toBe(10);
  now += 2_500;
  expect(pulse.window(3)).toBe(0);
});
