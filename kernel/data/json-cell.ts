import type { JsonCell } from '@daybook/shared/results/bundle';
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from '@duckdb/node-api';

/** A DuckDB value as JSON carries it; the rules stand at `JsonCell` in shared/results/bundle.ts. */
export function toJsonCell(value: DuckDBValue): JsonCell {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
    case 'string':
    case 'boolean':
      return value;
    default:
      return value === null ? null : objectCell(value);
  }
}

function objectCell(value: Exclude<DuckDBValue, null | boolean | number | bigint | string>): JsonCell {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toJsonCell);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, toJsonCell(entry)]));
  }
  if (value instanceof DuckDBMapValue)
    return value.entries.map((pair) => [toJsonCell(pair.key), toJsonCell(pair.value)]);
  if (value instanceof DuckDBUnionValue || value instanceof DuckDBVariantValue) return toJsonCell(value.value);
  if (value instanceof DuckDBBlobValue) return `\\x${Buffer.from(value.bytes).toString('hex')}`;
  if (value instanceof DuckDBTimestampTZValue) {
    // The library prints these in the process's zone; results are in UTC everywhere.
    return new DuckDBTimestampValue(value.micros).toString() + (value.isFinite ? '+00' : '');
  }
  return value.toString();
}
