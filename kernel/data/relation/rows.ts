import { type Column, tableFromIPC } from '@uwdata/flechette';

/** A row as plain JavaScript values, by column name. */
export type Row = Record<string, unknown>;

/**
 * An Arrow stream as rows: numbers where they are exact, bigint beyond 2^53; Dates for dates and
 * times of a calendar; Uint8Array for blobs; arrays, objects and Maps for what is nested.
 */
export function rowsOf(bytes: Uint8Array): Row[] {
  const table = tableFromIPC(bytes, { useBigInt: true, useDate: true, useDecimalInt: true, useMap: true });
  const rows: Row[] = Array.from({ length: table.numRows }, () => ({}));
  for (const [index, name] of table.names.entries()) {
    const column: Column<unknown> = table.getChildAt(index);
    let row = 0;
    for (const value of column) {
      const target = rows[row++];
      if (target === undefined) break;
      if (name === '__proto__') define(target, name, plainValue(value));
      else target[name] = plainValue(value);
    }
  }
  return rows;
}

function define(target: Row, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, plainValue);
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [plainValue(key), plainValue(each)]));
  const copy: Row = {};
  for (const [name, each] of Object.entries(value)) define(copy, name, plainValue(each));
  return copy;
}
