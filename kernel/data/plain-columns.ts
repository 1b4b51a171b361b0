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
 * lost: DECIMAL of up to 15 digits becomes DOUBLE; HUGEINT (which every integer `sum()` is)
 * becomes BIGINT when all its values fit. What does not fit stays an exact Arrow decimal. For rows of
 * plain values, types that JavaScript has none for become text, exact decimals too.
 */
export async function plainColumns(
  connection: DuckDBConnection,
  { columns, table }: StoredResult,
  as: 'table' | 'rows',
): Promise<string> {
  const huge = columns.filter((column) => column.type === 'HUGEINT');
  const narrow = new Set<string>();
  if (huge.length > 0) {
    const edges = huge.flatMap(({ name }) => [`min(${quoteName(name)})`, `max(${quoteName(name)})`]);
    const row = (await selectRows(connection, `SELECT ${edges.join(', ')} FROM ${table}`))[0] ?? [];
    for (const [index, { name }] of huge.entries()) {
      const [min, max] = [row[index * 2] ?? 0, row[index * 2 + 1] ?? 0].map((edge) => BigInt(String(edge)));
      if (min !== undefined && max !== undefined && min >= -INT64 && max < INT64) narrow.add(name);
    }
  }
  return columns
    .map(({ name, type }) => {
      const quoted = quoteName(name);
      const digits = Number(/^DECIMAL\((\d+),\s*\d+\)$/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY);
      if (digits <= DOUBLE_DIGITS) return `CAST(${quoted} AS DOUBLE) AS ${quoted}`;
      if (as === 'rows' && TEXT_IN_ROWS.test(type)) return `CAST(${quoted} AS VARCHAR) AS ${quoted}`;
      return narrow.has(name) ? `CAST(${quoted} AS BIGINT) AS ${quoted}` : quoted;
    })
    .join(', ');
}
