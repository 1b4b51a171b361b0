import { quoteName } from '@daybook/shared/sql/quote';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StoredResult } from './results.ts';
import { selectRows } from './rows.ts';

/** Decimal digits that a DOUBLE always carries. */
const DOUBLE_DIGITS = 15;
/** Types whose values are text in rows of plain values. */
const TEXT_IN_ROWS = /^(DECIMAL\(.*\)|INTERVAL|TIME|TIME_NS)$/;
const INT64 = 2n ** 63n;

/**
 * The result's columns for a SELECT, in types that TypeScript code computes with. Nothing is
 * lost: DECIMAL becomes DOUBLE when its values have up to 15 digits; HUGEINT (which every integer `sum()` is)
 * becomes BIGINT when all its values fit. What does not fit stays an exact Arrow decimal. For rows of
 * plain values, types that JavaScript has none for become text, exact decimals too.
 */
export async function plainColumns(
  connection: DuckDBConnection,
  { columns, table }: StoredResult,
  as: 'table' | 'rows',
): Promise<string> {
  const wide = columns.filter(({ type }) => type === 'HUGEINT' || (decimalDigits(type) ?? 0) > DOUBLE_DIGITS);
  const narrow = new Set<string>();
  if (wide.length > 0) {
    const edges = wide.flatMap(({ name }) => [`min(${quoteName(name)})`, `max(${quoteName(name)})`]);
    const row = (await selectRows(connection, `SELECT ${edges.join(', ')} FROM ${table}`))[0] ?? [];
    for (const [index, { name, type }] of wide.entries()) {
      const ends = [row[index * 2] ?? 0, row[index * 2 + 1] ?? 0].map(String);
      if (ends.every((end) => (type === 'HUGEINT' ? fitsInt64(end) : digitsOf(end) <= DOUBLE_DIGITS))) narrow.add(name);
    }
  }
  return columns
    .map(({ name, type }) => {
      const quoted = quoteName(name);
      const digits = decimalDigits(type);
      if (digits !== undefined && (digits <= DOUBLE_DIGITS || narrow.has(name)))
        return `CAST(${quoted} AS DOUBLE) AS ${quoted}`;
      if (as === 'rows' && TEXT_IN_ROWS.test(type)) return `CAST(${quoted} AS VARCHAR) AS ${quoted}`;
      return narrow.has(name) ? `CAST(${quoted} AS BIGINT) AS ${quoted}` : quoted;
    })
    .join(', ');
}

/** Digits that a DECIMAL type may have; undefined for other types. */
function decimalDigits(type: string): number | undefined {
  const digits = /^DECIMAL\((\d+),\s*\d+\)$/.exec(type)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function digitsOf(decimal: string): number {
  return decimal.replace(/[^\d]/g, '').length;
}

function fitsInt64(integer: string): boolean {
  const value = BigInt(integer);
  return value >= -INT64 && value < INT64;
}
