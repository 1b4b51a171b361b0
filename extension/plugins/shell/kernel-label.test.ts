import { expect, test } from 'vitest';

import { figuresOf, formatBytes, kernelLabel } from './kernel-label.ts';

test('what the chip says', () => {
  expect(kernelLabel('idle', { memoryBytes: 6e8, cores: 2 })).toEqual({ text: 'Local · 2 cores · 0.6 GB', tone: 'ok' });
  expect(kernelLabel('busy')).toEqual({ text: 'Local', tone: 'busy' });
  expect(kernelLabel('idle', { memoryBytes: 6e7 }, 'Python 3').text).toBe('Python 3 · 60 MB');
  expect(kernelLabel('dead').text).toBe('Kernel ended');
  expect(kernelLabel('idle', { variablesGone: true })).toEqual({
    text: 'Restarted: run the cells again',
    tone: 'warn',
  });
  expect(kernelLabel('busy', { variablesGone: true })).toEqual({ text: 'Local', tone: 'busy' });
});

test('figures', () => {
  expect(formatBytes(180e6)).toBe('180 MB');
  expect(figuresOf({ memoryBytes: 5, cores: 2 })).toEqual({ memoryBytes: 5, cores: 2, variablesGone: false });
  expect(figuresOf(null)).toEqual({ memoryBytes: undefined, cores: undefined, variablesGone: false });
  expect(figuresOf({ variablesGone: true }).variablesGone).toBe(true);
});
