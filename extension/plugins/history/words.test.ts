import { expect, test } from 'vitest';
import { dayOf, linesWords, restoreWords, summaryWords, titleOf } from './words.ts';

const none = { added: 0, removed: 0, changed: 0, moved: 0, outputs: 0 };

test('days', () => {
  const now = new Date(2026, 10, 25, 0, 10);
  expect(dayOf(new Date(2026, 10, 25, 0, 1), now)).toBe('Today');
  expect(dayOf(new Date(2026, 10, 24, 23, 59), now)).toBe('Yesterday');
  expect(dayOf(new Date(2026, 10, 23), now)).toBe('Monday 23 November');
  expect(dayOf(new Date(2025, 11, 31), now)).toBe('Wednesday 31 December 2025');
});

test('titles', () => {
  expect(titleOf({ kind: 'named', label: 'First' })).toBe('First');
  expect(titleOf({ kind: 'pre-merge' })).toBe('Before a change from outside');
});

test('what changed, and what restoring does about it', () => {
  expect(summaryWords(none)).toBe('the same cells');
  expect(summaryWords({ ...none, changed: 1, added: 2 })).toBe('1 cell changed, 2 added');
  expect(summaryWords({ ...none, outputs: 3 })).toBe('3 cells with other outputs');
  expect(restoreWords(none)).toBe('Its cells are the same as now.');
  expect(restoreWords({ ...none, removed: 1 })).toBe('1 cell will come back.');
  expect(restoreWords({ added: 1, removed: 2, changed: 3, moved: 0, outputs: 1 })).toBe(
    '4 cells will be changed back, 2 cells will come back and 1 cell that came later will go.',
  );
});

test('[V10] what differs between two texts, in words', () => {
  const run = (kind: 'same' | 'added' | 'removed', ...lines: string[]) => ({ kind, lines });
  expect(linesWords([])).toBe('the same lines');
  expect(linesWords([run('same', 'a'), run('added', 'b')])).toBe('1 line added');
  expect(linesWords([run('removed', 'a', 'b')])).toBe('2 lines removed');
  expect(linesWords([run('removed', 'a'), run('added', 'b', 'c')])).toBe('2 lines added, 1 removed');
});
