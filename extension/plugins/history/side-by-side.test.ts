import { diffLines } from '@daybook/shared/notebook/diff/lines';
import { expect, test } from 'vitest';
import { foldRows, pairLines, type Row } from './side-by-side.ts';

const told = (rows: readonly Row[]) =>
  rows.map(({ before, after }) => {
    const side = (one: Row['before']) =>
      one === undefined ? '' : `${one.number}${one.changed ? '!' : ''} ${one.words.map(({ text }) => text).join('')}`;
    return `${side(before)} | ${side(after)}`;
  });

test('changed lines stand beside each other, others alone', () => {
  expect(told(pairLines(diffLines('a\nb\nc\n', 'a\nB\nb2\nc\nd')))).toEqual([
    '1 a | 1 a',
    '2! b | 2! B',
    ' | 3! b2',
    '3 c | 4 c',
    ' | 5! d',
  ]);
  expect(told(pairLines(diffLines('a\nb', 'b')))).toEqual(['1! a | ', '2 b | 1 b']);
  expect(pairLines([])).toEqual([]);
});

test('words that changed are marked', () => {
  const [row] = pairLines(diffLines('select a from b', 'select a, c from b'));
  expect(row?.after?.words.map(({ text }) => text).join('')).toBe('select a, c from b');
  expect(row?.after?.words.some(({ changed }) => changed)).toBe(true);
  expect(row?.before?.words.some(({ changed }) => changed)).toBe(false);
});

test('equal lines far from a change are left out, three around it stay', () => {
  const text = (word: string) =>
    Array.from({ length: 30 }, (_, line) => (line === 15 ? word : `line ${line}`)).join('\n');
  const folded = foldRows(pairLines(diffLines(text('old'), text('new'))));
  expect(folded.map((each) => ('hidden' in each ? each.hidden.length : 'row'))).toEqual([
    12,
    ...Array.from({ length: 7 }, () => 'row'),
    11,
  ]);
});
