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
  expect(kernelLabel('idle', { variablesGone: true, endedIdle: true }).text).toBe(
    'Ended when idle, variables are gone: run the cells again',
  );
  expect(kernelLabel('busy', { variablesGone: true })).toEqual({ text: 'Local', tone: 'busy' });
});

test('an idle kernel says in time that it will be ended, and offers to keep it', () => {
  expect(kernelLabel('idle', { idleEndsIn: 5 * 60_000 })).toEqual({
    text: 'Idle: ends in 5 min · Keep',
    tone: 'warn',
    keep: true,
  });
  expect(kernelLabel('idle', { idleEndsIn: -5 }).text).toBe('Idle: ends in 1 min · Keep');
  expect(kernelLabel('idle', { idleEndsIn: 5 * 60_001 }).text).toBe('Local');
  expect(kernelLabel('busy', { idleEndsIn: 1 }).text).toBe('Local');
});

test('figures', () => {
  expect(formatBytes(180e6)).toBe('180 MB');
  expect(figuresOf({ memoryBytes: 5, cores: 2 })).toMatchObject({ memoryBytes: 5, cores: 2, variablesGone: false });
  expect(figuresOf(null)).toMatchObject({ memoryBytes: undefined, cores: undefined });
  expect(figuresOf({ idleEndsAt: 150, endedIdle: true }, 100)).toMatchObject({ idleEndsIn: 50, endedIdle: true });
  expect(figuresOf({ variablesGone: true }).variablesGone).toBe(true);
});
