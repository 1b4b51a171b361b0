import type { JsonCell } from '@daybook/shared/results/bundle';
import * as arrow from '@uwdata/flechette';
import { expect, test } from 'vitest';
import { arrowBlock } from './arrow.ts';

function through(values: unknown[], type: arrow.DataType): JsonCell[] {
  const table = arrow.tableFromColumns({ x: arrow.columnFromArray(values, type) });
  const block = arrowBlock(arrow.tableToIPC(table, { format: 'stream' }) as Uint8Array);
  return Array.from({ length: block.count }, (_, row) => block.cell(row, 0));
}

test('integers stay exact', () => {
  expect(through([1n, -5n, 9007199254740993n, null], arrow.int64())).toEqual([1, -5, '9007199254740993', null]);
  expect(through([18446744073709551615n], arrow.uint64())).toEqual(['18446744073709551615']);
  expect(through([1, 2], arrow.int16())).toEqual([1, 2]);
});

test('floats name what JSON cannot', () => {
  expect(through([1.5, Number.NaN, Number.NEGATIVE_INFINITY], arrow.float64())).toEqual([1.5, 'NaN', '-Infinity']);
});

test('decimals keep their scale', () => {
  const type = arrow.decimal(18, 3);
  expect(through([1234.5, -0.5, 0], type)).toEqual(['1234.500', '-0.500', '0.000']);
});

test('dates, times and timestamps', () => {
  expect(through([new Date('2001-01-31'), new Date('1969-12-31')], arrow.dateDay())).toEqual([
    '2001-01-31',
    '1969-12-31',
  ]);
  const type = arrow.timestamp(arrow.TimeUnit.MICROSECOND, null);
  expect(through([Date.parse('2001-01-31T10:42:00Z'), Date.parse('1969-12-31T23:59:59.5Z') + 0.007], type)).toEqual([
    '2001-01-31 10:42:00',
    '1969-12-31 23:59:59.500007',
  ]);
  expect(through([Date.parse('2001-01-31T10:42:00Z')], arrow.timestamp(arrow.TimeUnit.MICROSECOND, 'UTC'))).toEqual([
    '2001-01-31 10:42:00+00',
  ]);
  expect(through([38_520_000_001n], arrow.timeMicrosecond())).toEqual(['10:42:00.000001']);
});

test('lists, structs and maps', () => {
  expect(through([[1, 2], [], null], arrow.list(arrow.float64()))).toEqual([[1, 2], [], null]);
  expect(through([[3n]], arrow.list(arrow.int64()))).toEqual([[3]]);
  const struct = arrow.struct({ a: arrow.int32(), b: arrow.utf8() });
  expect(through([{ a: 1, b: 'x' }, null], struct)).toEqual([{ a: 1, b: 'x' }, null]);
  expect(through([[['k', 1]]], arrow.map(arrow.utf8(), arrow.int32()))).toEqual([[['k', 1]]]);
});

test('text, dictionaries, booleans and bytes', () => {
  expect(through(['a', null], arrow.utf8())).toEqual(['a', null]);
  expect(through(['a', 'b', 'a'], arrow.dictionary(arrow.utf8()))).toEqual(['a', 'b', 'a']);
  expect(through([true, false, null], arrow.bool())).toEqual([true, false, null]);
  expect(through([new Uint8Array([222, 173])], arrow.binary())).toEqual(['\\xdead']);
});
