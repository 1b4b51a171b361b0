import type { JsonCell } from '@daybook/shared/results/bundle';
import {
  type ColumnSummary,
  EXACT_DISTINCT_ROWS,
  type ResultColumn,
  type ResultSummary,
} from '@daybook/shared/results/window';
import { quoteName, quoteText } from '@daybook/shared/sql/quote';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StoredResult } from './results.ts';
import { selectRows } from './rows.ts';

const BINS = 12;
const TOP = 3;

type Family = 'number' | 'time' | 'text' | 'bool' | 'other';

/** How a type is summarised. */
function familyOf(type: string): Family {
  if (/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL)\b(?!.*\[)/.test(type)) return 'number';
  if (/^(DATE|TIMESTAMP|TIMESTAMP_(S|MS|NS)|TIMESTAMP WITH TIME ZONE|TIME)$/.test(type)) return 'time';
  if (type === 'BOOLEAN') return 'bool';
  return /^(VARCHAR|ENUM\b.*|UUID)$/.test(type) && !type.endsWith(']') ? 'text' : 'other';
}

/** Profiles of all columns in at most three queries, whatever their number. */
export async function summarise(connection: DuckDBConnection, result: StoredResult): Promise<ResultSummary> {
  const families = result.columns.map((column) => familyOf(column.type));
  const basics = await readBasics(connection, result, families);
  const histograms = await readHistograms(connection, result, { families, basics });
  const tops = await readTops(connection, result, families);
  const columns = result.columns.map((column, index): ColumnSummary => {
    const { values, distinct, min, max } = basics[index] ?? NOTHING;
    const histogram = histograms.get(index);
    const top = tops.get(index);
    return {
      column: column.name,
      nulls: result.rows - values,
      distinct: Math.min(distinct, values),
      ...(isScalar(min) ? { min } : {}),
      ...(isScalar(max) ? { max } : {}),
      ...(histogram === undefined ? {} : { histogram }),
      ...(top === undefined ? {} : { top }),
    };
  });
  return { columns };
}

interface Basics {
  readonly values: number;
  readonly distinct: number;
  readonly min: JsonCell;
  readonly max: JsonCell;
  /** How many values have a place on a line, and the least and the greatest of these places, as DuckDB writes them. */
  readonly finite: number;
  readonly low: string;
  readonly high: string;
}

const NOTHING: Basics = { values: 0, distinct: 0, min: null, max: null, finite: 0, low: '', high: '' };

async function readBasics(
  connection: DuckDBConnection,
  result: StoredResult,
  families: readonly Family[],
): Promise<Basics[]> {
  const count = result.rows <= EXACT_DISTINCT_ROWS ? (name: string) => `count(DISTINCT ${name})` : approxDistinct;
  const terms = result.columns.flatMap((column, index) => {
    const name = quoteName(column.name);
    const edge = (what: string): string => (families[index] === 'other' ? 'NULL' : `${what}(${name})`);
    const value = position(column, families[index] ?? 'other');
    const finite = value === undefined ? 'FILTER (false)' : `FILTER (isfinite(${value}))`;
    const edges = ['min', 'max'].map((what) => `CAST(${what}(${value ?? 0.0}) ${finite} AS VARCHAR)`);
    return [`count(${name})`, count(name), edge('min'), edge('max'), `count(*) ${finite}`, ...edges];
  });
  const row = (await selectRows(connection, `SELECT ${terms.join(', ')} FROM ${result.table}`))[0] ?? [];
  return result.columns.map((_, index) => {
    const [values, distinct, min = null, max = null, finite, low, high] = row.slice(index * 7, index * 7 + 7);
    return {
      values: Number(values),
      distinct: Number(distinct),
      min,
      max,
      finite: Number(finite),
      low: String(low),
      high: String(high),
    };
  });
}

function approxDistinct(name: string): string {
  return `approx_count_distinct(${name})`;
}

/** Counts in equal bins between the least and the greatest finite value, all columns in one scan. */
async function readHistograms(
  connection: DuckDBConnection,
  result: StoredResult,
  { families, basics }: { readonly families: readonly Family[]; readonly basics: readonly Basics[] },
): Promise<Map<number, number[]>> {
  const histograms = new Map<number, number[]>();
  const wanted: { readonly index: number; readonly sql: string }[] = [];
  for (const [index, column] of result.columns.entries()) {
    const value = position(column, families[index] ?? 'other');
    const { finite, low, high } = basics[index] ?? NOTHING;
    if (value === undefined || finite === 0) continue;
    histograms.set(index, [finite, ...Array.from({ length: BINS - 1 }, () => 0)]);
    if (low === high) continue;
    const [from, to] = [low, high].map((edge) => `${quoteText(edge)}::DOUBLE`);
    // Halves: the distance between two doubles may be more than a double holds.
    const share = `(${value} / 2 - ${from} / 2) / (${to} / 2 - ${from} / 2)`;
    // Also computed for rows that the filter leaves out: not a number, or infinite.
    const bin = `TRY_CAST(least(${BINS - 1}, floor(${share} * ${BINS})) AS INTEGER)`;
    wanted.push({ index, sql: `histogram(${bin}) FILTER (isfinite(${value}))` });
  }
  if (wanted.length === 0) return histograms;
  const row = (
    await selectRows(connection, `SELECT ${wanted.map(({ sql }) => sql).join(', ')} FROM ${result.table}`)
  )[0];
  for (const [place, { index }] of wanted.entries()) {
    const pairs = row?.[place];
    if (Array.isArray(pairs)) histograms.set(index, toBins(pairs));
  }
  return histograms;
}

/** The column as a DOUBLE on a line, or `undefined` for types that have no place on one. */
function position(column: ResultColumn, family: Family): string | undefined {
  const name = quoteName(column.name);
  if (family === 'number') return `CAST(${name} AS DOUBLE)`;
  if (family === 'time') {
    const finite = column.type === 'TIME' ? name : `CASE WHEN isfinite(${name}) THEN ${name} END`;
    return `CAST(epoch(${finite}) AS DOUBLE)`;
  }
  return undefined;
}

function toBins(pairs: readonly JsonCell[]): number[] {
  const bins = Array.from({ length: BINS }, () => 0);
  for (const pair of pairs) {
    if (Array.isArray(pair)) bins[Number(pair[0])] = Number(pair[1]);
  }
  return bins;
}

async function readTops(
  connection: DuckDBConnection,
  result: StoredResult,
  families: readonly Family[],
): Promise<Map<number, { value: string; count: number }[]>> {
  const parts = result.columns.flatMap((column, index) => {
    if (families[index] !== 'text') return [];
    const value = `CAST(${quoteName(column.name)} AS VARCHAR)`;
    return [
      `(SELECT ${index} AS i, ${value} AS v, count(*) AS n FROM ${result.table} WHERE ${value} IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${TOP})`,
    ];
  });
  const tops = new Map<number, { value: string; count: number }[]>();
  if (parts.length === 0 || result.rows === 0) return tops;
  for (const [index, value, count] of await selectRows(connection, parts.join(' UNION ALL '))) {
    const list = tops.get(Number(index)) ?? [];
    list.push({ value: String(value).slice(0, 200), count: Number(count) });
    tops.set(Number(index), list);
  }
  for (const list of tops.values()) list.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return tops;
}

function isScalar(value: JsonCell): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
