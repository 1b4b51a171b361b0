import { expect, test } from 'vitest';
import { elapsedOf, formatElapsed, startedAt } from './elapsed.ts';

test.each([
  [4.2, '4 ms'],
  [210, '0.21 s'],
  [12_440, '12.4 s'],
  [185_000, '3 min 05 s'],
  [3_720_000, '1 h 02 min'],
])('%d ms is %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test('a run without an end has no time', () => {
  expect(elapsedOf({ 'iopub.execute_input': '2026-01-01T00:00:00Z' })).toBeUndefined();
  expect(
    elapsedOf({ 'iopub.execute_input': 'nonsense', 'shell.execute_reply': '2026-01-01T00:00:00Z' }),
  ).toBeUndefined();
});

test('a cell that runs again began when this run did', () => {
  const before = {
    'shell.execute_reply.started': '2026-01-01T00:00:00Z',
    'shell.execute_reply': '2026-01-01T00:00:01Z',
  };
  expect(startedAt({ ...before, 'iopub.execute_input': '2026-01-01T00:01:00Z' })).toBe(
    Date.parse('2026-01-01T00:01:00Z'),
  );
});
