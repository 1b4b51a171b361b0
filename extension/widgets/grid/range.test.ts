import type { ColumnSummary } from '@daybook/shared/results/window';
import { expect, test } from 'vitest';
import { describeColumn, detailColumn } from './range.ts';

function described(type: string, summary: Partial<ColumnSummary>, rows = 31): string {
  return describeColumn({ name: 'x', type }, { column: 'x', nulls: 0, distinct: 1, ...summary }, rows);
}

test.each([
  ['BIGINT', { min: 20031, max: 166341 }, 'BIGINT · 20k–166k'],
  ['BIGINT', { min: 16, max: 4963 }, 'BIGINT · 16–4963'],
  ['BIGINT', { min: -1302, max: 1439 }, 'BIGINT · −1302 to 1439'],
  ['BIGINT', { min: 7, max: 7 }, 'BIGINT · all 7'],
  ['HUGEINT', { min: '0', max: '1700000000000000000000' }, 'HUGEINT · 0–1.70e21'],
  ['DOUBLE', { min: 11.2, max: 29.5 }, 'DOUBLE · 11.2–29.5'],
  ['DECIMAL(18,3)', { min: '0.500', max: '999999.000' }, 'DECIMAL(18,3) · 0.5–1M'],
  ['VARCHAR', { distinct: 31 }, 'VARCHAR · 31 distinct'],
  ['TIMESTAMP', { min: '2001-01-01 00:00:00', max: '2001-06-30 23:59:00' }, 'TIMESTAMP · 1 Jan – 30 Jun 2001'],
  ['DATE', { min: '2000-01-01', max: '2010-03-01' }, 'DATE · Jan 2000 – Mar 2010'],
  ['DATE', { min: '2000-01-01', max: '2000-01-01' }, 'DATE · 1 Jan 2000'],
  ['TIME', { min: '06:00:00', max: '22:30:00' }, 'TIME · 06:00–22:30'],
  ['DOUBLE[]', {}, 'LIST'],
  ['STRUCT(a INTEGER, b VARCHAR)', {}, 'STRUCT'],
  ['TIMESTAMP WITH TIME ZONE', {}, 'TIMESTAMPTZ'],
  ['BOOLEAN', { min: false, max: true }, 'BOOLEAN'],
  ['DOUBLE', { nulls: 31 }, 'DOUBLE · all null'],
] as const)('%s %o reads “%s”', (type, summary, text) => {
  expect(described(type, summary)).toBe(text);
});

test('distinct counts of large results are marked as approximate', () => {
  expect(described('VARCHAR', { distinct: 123_456 }, 6_000_000)).toBe('VARCHAR · ~123k distinct');
  expect(described('VARCHAR', { distinct: 229 }, 6_000_000)).toBe('VARCHAR · ~229 distinct');
  expect(described('VARCHAR', { distinct: 229 }, 3_000_000)).toBe('VARCHAR · 229 distinct');
});

test('without a profile the type stands alone', () => {
  expect(describeColumn({ name: 'x', type: 'BIGINT' }, undefined, 3)).toBe('BIGINT');
  expect(detailColumn({ name: 'x', type: 'BIGINT' }, { column: 'x', nulls: 2, distinct: 3, min: 1, max: 9 })).toBe(
    'x\nBIGINT\nfrom 1 to 9\n3 distinct, 2 null',
  );
});
