import { expect, test } from 'vitest';
import { fitOf, ranked } from './ranking.ts';

const items = (labels: string) =>
  labels.split(' ').map((label, rank) => ({ label, rank: label === 'near' ? -1 : rank }));
const labels = (list: string, typed: string) => ranked(items(list), typed).map(({ label }) => label);

test('how well a label fits', () => {
  expect(fitOf('getChild', 'get')).toBe(0);
  expect(fitOf('getChild', 'GET')).toBe(1);
  expect(fitOf('getChildAt', 'gca')).toBe(2);
  expect(fitOf('getChild', 'chi')).toBe(2);
  expect(fitOf('date_trunc', 'tru')).toBe(2);
  expect(fitOf('getChild', 'gld')).toBe(3);
  expect(fitOf('getChild', 'x')).toBeUndefined();
  expect(fitOf('getChild', 'd')).toBeUndefined();
});

test('beginnings come before letters, near things before far ones', () => {
  expect(labels('atoll Total total', 'to')).toEqual(['total', 'Total', 'atoll']);
  expect(labels('x y near', '')).toEqual(['near', 'x', 'y']);
  expect(labels('_a b', '')).toEqual(['_a', 'b']);
});

test('a word that is written out needs no list', () => {
  expect(labels('total', 'total')).toEqual([]);
  expect(labels('total totals', 'total')).toEqual(['total', 'totals']);
});
