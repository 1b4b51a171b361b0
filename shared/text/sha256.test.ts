import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from './sha256.ts';

test('it is the hash that Node makes, at every length around a block', () => {
  const texts = ['', 'abc', 'Привет 🎉', ...Array.from({ length: 140 }, (_, length) => 'x'.repeat(length))];
  for (const text of texts)
    expect(sha256(new TextEncoder().encode(text))).toBe(createHash('sha256').update(text).digest('hex'));
});
