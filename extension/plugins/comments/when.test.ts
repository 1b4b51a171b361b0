import { expect, test } from 'vitest';
import { whenWords } from './when.ts';

const now = new Date(2026, 2, 12, 15, 30);
test.each([
  [new Date(2026, 2, 12, 15, 29, 30), 'now'],
  [new Date(2026, 2, 12, 15, 40), 'now'], // a server's clock may be ahead
  [new Date(2026, 2, 12, 15, 25), '5 min'],
  [new Date(2026, 2, 12, 9, 5), '09:05'],
  [new Date(2026, 2, 11, 23, 59), 'Wed 23:59'],
  [new Date(2026, 2, 3, 8), 'Mar 3'],
  [new Date(2025, 11, 31, 8), 'Dec 31, 2025'],
])('U5: %s', (moment, words) => expect(whenWords(moment, now, 'en-US')).toBe(words));
