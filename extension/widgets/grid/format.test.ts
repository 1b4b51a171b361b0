import type { JsonCell } from '@daybook/shared/results/bundle';
import { describe, expect, test } from 'vitest';
import { formatOf, numberOf, numbersOf } from './format.ts';

function shown(name: string, type: string, ...values: JsonCell[]): string[] {
  const format = formatOf({ name, type }, values);
  return values.map((value) => format.text(value));
}

describe('cells by type', () => {
  test('integers get thousands separators, also beyond 2^53', () => {
    expect(shown('n', 'BIGINT', 166341, -1302, 7)).toEqual(['166,341', '−1,302', '7']);
    expect(shown('n', 'HUGEINT', '170141183460469231731687303715884105727')).toEqual([
      '170,141,183,460,469,231,731,687,303,715,884,105,727',
    ]);
  });
  test('years and keys are names made of digits', () => {
    expect(shown('year', 'BIGINT', 2001)).toEqual(['2001']);
    expect(shown('customer_id', 'INTEGER', 1234567)).toEqual(['1234567']);
    expect(shown('flights', 'INTEGER', 2001)).toEqual(['2,001']);
  });
  test('floating-point columns share their decimals', () => {
    expect(shown('late', 'DOUBLE', 29.5, 25, 24.8)).toEqual(['29.5', '25.0', '24.8']);
    expect(shown('mean', 'DOUBLE', 12.3125, 8.6911111)).toEqual(['12.31', '8.69']);
    expect(shown('p90', 'DOUBLE', 56, 47)).toEqual(['56', '47']);
    expect(shown('share', 'DOUBLE', 0.12345678, 0.5)).toEqual(['0.1235', '0.5000']);
    expect(shown('odd', 'DOUBLE', 'NaN', '-Infinity', 1.5)).toEqual(['NaN', '−∞', '1.5']);
    expect(shown('tiny', 'DOUBLE', 1.5e-9, -0.00001)).toEqual(['1.50e−9', '−0.000010']);
  });
  test('decimals keep their scale', () => {
    expect(shown('price', 'DECIMAL(18,3)', '1234567.890', '-0.500')).toEqual(['1,234,567.890', '−0.500']);
  });
  test('timestamps show as much of the day as the column needs, and never less than a value has', () => {
    expect(shown('d', 'TIMESTAMP', '2001-01-31 00:00:00', '2001-02-01 00:00:00')).toEqual(['2001-01-31', '2001-02-01']);
    expect(shown('d', 'TIMESTAMP', '2001-01-31 10:42:00', '2001-02-01 00:00:00')).toEqual([
      '2001-01-31 10:42',
      '2001-02-01 00:00',
    ]);
    expect(shown('d', 'TIMESTAMP WITH TIME ZONE', '2001-01-31 10:42:07.500000+00')).toEqual([
      '2001-01-31 10:42:07.5 UTC',
    ]);
    expect(formatOf({ name: 'd', type: 'TIMESTAMP' }, ['2001-01-01 00:00:00']).text('2001-01-01 10:00:01')).toBe(
      '2001-01-01 10:00:01',
    );
    expect(shown('d', 'TIMESTAMP', 'infinity')).toEqual(['infinity']);
  });
  test('null, booleans, nested values and long text', () => {
    expect(shown('x', 'VARCHAR', null, 'a')).toEqual(['null', 'a']);
    expect(shown('x', 'BOOLEAN', true, false)).toEqual(['true', 'false']);
    expect(shown('x', 'STRUCT(a INTEGER)', { a: [1, null] })).toEqual(['{"a":[1,null]}']);
    const long = 'x'.repeat(1000);
    const format = formatOf({ name: 'x', type: 'VARCHAR' }, [long]);
    expect(format.text(long)).toHaveLength(301);
    expect(format.full(long)).toBe(long);
  });
});

test('numbers behind cells', () => {
  expect(numberOf('12.50')).toBe(12.5);
  expect(numberOf('NaN')).toBeUndefined();
  expect(numberOf(null)).toBeUndefined();
  expect(numbersOf([1, null, 3])).toEqual([1, 0, 3]);
  expect(numbersOf(['a', 'b'])).toBeUndefined();
  expect(numbersOf([1])).toBeUndefined();
});
