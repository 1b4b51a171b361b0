import type { JsonCell } from '@daybook/shared/results/bundle';
import type { ResultColumn, ResultFilter } from '@daybook/shared/results/window';
import { numberOf } from './format.ts';
import { isNumeric, kindOf } from './kind.ts';
import type { GridQuery } from './query.ts';

type Row = readonly JsonCell[];

/**
 * Sorts and filters rows that are all here, for a result the kernel no longer holds. The engine
 * does it whenever it can; this follows its rules (nulls last, text by code point, `contains` and
 * `starts` without case).
 */
export function queryLocally(rows: readonly Row[], columns: readonly ResultColumn[], query: GridQuery): Row[] {
  const position = new Map(columns.map((column, index) => [column.name, index]));
  const numeric = columns.map((column) => isNumeric(kindOf(column.type)));
  const kept = rows.filter((row) =>
    query.filter.every((filter) => {
      const at = position.get(filter.column);
      return at !== undefined && holds(row[at] ?? null, filter, numeric[at] === true);
    }),
  );
  return kept.sort((a, b) => {
    for (const { column, descending } of query.sort) {
      const at = position.get(column);
      if (at === undefined) continue;
      const left = a[at] ?? null;
      const right = b[at] ?? null;
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
        continue;
      }
      const order = compare(left, right, numeric[at] === true);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

function holds(cell: JsonCell, filter: ResultFilter, numeric: boolean): boolean {
  if (!('value' in filter) && !('values' in filter)) return (cell === null) === (filter.op === 'null');
  if (cell === null) return false;
  if ('values' in filter) return filter.values.some((value) => compare(cell, value, numeric) === 0);
  const text = plain(cell).toLowerCase();
  if (filter.op === 'contains') return text.includes(String(filter.value).toLowerCase());
  if (filter.op === 'starts') return text.startsWith(String(filter.value).toLowerCase());
  const order = compare(cell, filter.value, numeric);
  if (filter.op === '=') return order === 0;
  if (filter.op === '!=') return order !== 0;
  if (filter.op === '<') return order < 0;
  if (filter.op === '<=') return order <= 0;
  return filter.op === '>' ? order > 0 : order >= 0;
}

function compare(left: JsonCell, right: JsonCell, numeric: boolean): number {
  if (numeric) {
    // Numerals beyond 2^53 are strings in a bundle and must not meet as rounded numbers.
    if (isWhole(left) && isWhole(right))
      return order(BigInt(left as string | number), BigInt(right as string | number));
    return order(numberOf(left) ?? Number.NaN, numberOf(right) ?? Number.NaN);
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return order(plain(left), plain(right));
}

function isWhole(value: JsonCell): boolean {
  return typeof value === 'string' ? /^-?\d+$/.test(value) : Number.isSafeInteger(value);
}

function order<T extends number | bigint | string>(left: T, right: T): number {
  if (left === right) return 0;
  if (Number.isNaN(left)) return 1;
  if (Number.isNaN(right)) return -1;
  return left < right ? -1 : 1;
}

function plain(value: JsonCell): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
