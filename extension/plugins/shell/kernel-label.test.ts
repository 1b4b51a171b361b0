import { expect, test } from 'vitest';
import { formatBytes, kernelLabel, memoryOf, variablesGoneIn } from './kernel-label.ts';

test('what the chip says', () => {
  expect(kernelLabel('idle', { memoryBytes: 6e8, cores: 2 })).toEqual({ text: 'Local · 2 cores · 0.6 GB', tone: 'ok' });
  expect(kernelLabel('busy')).toEqual({ text: 'Local', tone: 'busy' });
  expect(kernelLabel('dead').text).toBe('Kernel ended');
  expect(kernelLabel('idle', { variablesGone: true })).toEqual({
    text: 'Restarted: run the cells again',
    tone: 'warn',
  });
  expect(kernelLabel('busy', { variablesGone: true })).toEqual({ text: 'Local', tone: 'busy' });
});

test('figures', () => {
  expect(formatBytes(180e6)).toBe('180 MB');
  expect(memoryOf({ memoryBytes: 5 })).toBe(5);
  expect(memoryOf(null)).toBeUndefined();
  expect([{ variablesGone: true }, {}, null].map(variablesGoneIn)).toEqual([true, false, false]);
});
