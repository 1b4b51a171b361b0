import { expect, test } from 'vitest';
import { figuresOf, formatBytes, kernelLabel } from './kernel-label.ts';

test('what the chip says', () => {
  expect(kernelLabel('idle', { memoryBytes: 6e8, cores: 2 })).toEqual({ text: 'Local · 2 cores · 0.6 GB', tone: 'ok' });
  expect(kernelLabel('busy')).toEqual({ text: 'Local', tone: 'busy' });
  expect(kernelLabel('dead').text).toBe('Kernel ended');
});

test('figures', () => {
  expect(formatBytes(180e6)).toBe('180 MB');
  expect(figuresOf({ memoryBytes: 5, cores: 2 })).toEqual({ memoryBytes: 5, cores: 2 });
  expect(figuresOf(null)).toEqual({ memoryBytes: undefined, cores: undefined });
});
