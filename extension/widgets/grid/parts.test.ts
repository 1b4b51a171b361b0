import { describe, expect, test } from 'vitest';
import { age, duration } from './age.ts';
import { queryLocally } from './local.ts';
import { move } from './move.ts';
import { compact } from './number.ts';
import { resample } from './spark.ts';
import { toTsv } from './tsv.ts';
import { fit, visibleColumns } from './widths.ts';

test.each([
  [0, 'just now'],
  [44_000, 'just now'],
  [120_000, '2 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [30 * 3_600_000, 'yesterday'],
  [5 * 86_400_000, '5 days ago'],
  [-5_000, 'just now'],
])('%d ms ago reads “%s”', (since, text) => {
  expect(age(1_000_000_000, 1_000_000_000 + since)).toBe(text);
});

test.each([
  [0.2, '<1 ms'],
  [12.4, '12 ms'],
  [210, '0.21 s'],
  [12_340, '12.3 s'],
  [125_000, '2 min 5 s'],
])('%d ms reads “%s”', (time, text) => {
  expect(duration(time)).toBe(text);
});

test.each([
  [0, '0'],
  [2001, '2001'],
  [20_031, '20k'],
  [166_341, '166k'],
  [999_999, '1M'],
  [1_234_567, '1.23M'],
  [-45_600, '−45.6k'],
  [12.345, '12.3'],
  [0.04213, '0.0421'],
])('%d is compactly “%s”', (value, text) => {
  expect(compact(value)).toBe(text);
});

test('copies are quoted, and formulas do not run where they are pasted', () => {
  expect(
    toTsv([
      ['a', 'b\tc'],
      ['say "x"', '2'],
    ]),
  ).toBe('a\t"b\tc"\n"say ""x"""\t2');
  expect(toTsv([['=cmd()', '@x', '-5.2', '-1e9', '+49 30 123', '+SUM(A1)']])).toBe(
    "'=cmd()\t'@x\t-5.2\t-1e9\t+49 30 123\t'+SUM(A1)",
  );
});

describe('columns', () => {
  const plain = { least: 80, wished: 100 };
  test('spread over what is left, sized ones excepted', () => {
    expect(fit([plain, { least: 50, wished: 50, fixed: true }, plain], 301)).toEqual([126, 50, 125]);
  });
  test('descriptions give way before the table scrolls', () => {
    expect(fit([plain, plain], 180)).toEqual([90, 90]);
    expect(fit([plain, plain], 100)).toEqual([80, 80]);
  });
  test('only those near the screen are drawn', () => {
    const widths = Array<number>(100).fill(100);
    expect(visibleColumns(widths, 0, 800)).toEqual({ from: 0, to: 12 });
    expect(visibleColumns(widths, 5000, 800)).toEqual({ from: 46, to: 62 });
  });
});

test('keys move the active cell within bounds', () => {
  const bounds = { rows: 100, columns: 5, page: 9 };
  const at = { row: 0, column: 0 };
  expect(move(at, 'ArrowUp', false, bounds)).toEqual({ row: -1, column: 0 });
  expect(move(at, 'ArrowLeft', false, bounds)).toEqual(at);
  expect(move(at, 'PageDown', false, bounds)).toEqual({ row: 9, column: 0 });
  expect(move({ row: 95, column: 2 }, 'PageDown', false, bounds)).toEqual({ row: 99, column: 2 });
  expect(move(at, 'End', true, bounds)).toEqual({ row: 99, column: 4 });
  expect(move({ row: 50, column: 3 }, 'Home', true, bounds)).toEqual(at);
  expect(move(at, 'ArrowDown', false, { ...bounds, rows: 0 })).toEqual({ row: -1, column: 0 });
  expect(move(at, 'x', false, bounds)).toBeUndefined();
});

test('long lists are averaged', () => {
  expect(resample([1, 3, 5, 7], 2)).toEqual([2, 6]);
});

describe('sorting and filtering without an engine', () => {
  const columns = [
    { name: 'n', type: 'HUGEINT' },
    { name: 't', type: 'VARCHAR' },
  ];
  const rows = [
    ['9007199254740993', 'b'],
    ['9007199254740992', 'a'],
    [null, 'Abc'],
    [3, null],
  ];
  const keys = (query: Parameters<typeof queryLocally>[2]): unknown[] =>
    queryLocally(rows, columns, query).map((row) => row[0]);
  test('nulls stay last both ways, big numerals compare exactly', () => {
    expect(keys({ sort: [{ column: 'n', descending: false }], filter: [] })).toEqual([
      3,
      '9007199254740992',
      '9007199254740993',
      null,
    ]);
    expect(keys({ sort: [{ column: 'n', descending: true }], filter: [] })).toEqual([
      '9007199254740993',
      '9007199254740992',
      3,
      null,
    ]);
  });
  test('conditions', () => {
    expect(keys({ sort: [], filter: [{ column: 'n', op: '>', value: '9007199254740992' }] })).toEqual([
      '9007199254740993',
    ]);
    expect(keys({ sort: [], filter: [{ column: 't', op: 'contains', value: 'B' }] })).toEqual([
      '9007199254740993',
      null,
    ]);
    expect(keys({ sort: [], filter: [{ column: 't', op: 'null' }] })).toEqual([3]);
    expect(keys({ sort: [], filter: [{ column: 't', op: 'in', values: ['a', 'b'] }] })).toHaveLength(2);
  });
});
