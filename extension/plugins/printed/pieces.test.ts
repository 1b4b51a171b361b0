import { expect, test } from 'vitest';
import { countLines, cutPieces } from './pieces.ts';

const lines = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `line ${from + at}\n`).join('');

test('a text is cut into whole lines, and its end stays open', () => {
  expect(cutPieces('')).toEqual([]);
  expect(cutPieces(lines(199))).toEqual([]);
  expect(cutPieces(lines(200))).toEqual([]);
  expect(cutPieces(`${lines(200)}more`)).toEqual([lines(200)]);
  const text = lines(1_000);
  const pieces = cutPieces(text);
  expect(pieces).toHaveLength(4);
  expect(text.startsWith(pieces.join(''))).toBe(true);
});

test('what was cut stays cut while the text grows', () => {
  let text = '';
  let before: string[] = [];
  for (let at = 0; at < 1_500; at += 7) {
    text += lines(7, at);
    const pieces = cutPieces(text);
    expect(pieces.slice(0, before.length)).toEqual(before);
    before = pieces;
  }
  expect(before.length).toBeGreaterThan(6);
});

test('nothing is cut where a colour goes on', () => {
  const red = `\u001b[31m${lines(300)}`;
  expect(cutPieces(red)).toEqual([]);
  expect(cutPieces(`\u001b[31mred\u001b[0m${lines(250)}`)).toHaveLength(1);
  expect(cutPieces(`\u001b[1;31mred\u001b[m${lines(250)}`)).toHaveLength(1);
});

test('lines are counted, the last one without an end too', () => {
  expect(['', 'a', 'a\n', 'a\nb', '\n\n'].map(countLines)).toEqual([0, 1, 1, 2, 2]);
});
