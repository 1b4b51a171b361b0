import { expect, test } from 'vitest';
import { ago, greeting } from './greeting.ts';

test('greets by first name and hour', () => {
  expect(greeting('Ada Lovelace', 9)).toBe('Good morning, Ada');
  expect(greeting('', 20)).toBe('Good evening');
});

test('says how long ago', () => {
  const now = new Date(2026, 2, 12, 12, 0);
  expect(ago(new Date(2026, 2, 12, 11, 58), now)).toBe('2 min ago');
  expect(ago(new Date(2026, 2, 11, 23, 0), now)).toBe('yesterday');
  expect(ago(new Date(2026, 2, 9, 12, 0), now)).toBe('Monday');
  expect(ago(new Date(2025, 2, 9, 12, 0), now)).toBe('9 March 2025');
});
