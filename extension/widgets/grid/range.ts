import { type ColumnSummary, EXACT_DISTINCT_ROWS, type ResultColumn } from '@daybook/shared/results/window';
import { isNumeric, kindOf, shortType } from './kind.ts';
import { daySpan } from './moment.ts';
import { compact, count } from './number.ts';

/** What stands under a column's name: its type and its range or number of distinct values. */
export function describeColumn(column: ResultColumn, summary: ColumnSummary | undefined, rows: number): string {
  const range = summary === undefined ? undefined : rangeText(column, summary, rows);
  return range === undefined ? shortType(column.type) : `${shortType(column.type)} · ${range}`;
}

/** The same at length, for the title: full type, exact range, distinct values and nulls. */
export function detailColumn(column: ResultColumn, summary: ColumnSummary | undefined): string {
  if (summary === undefined) return `${column.name}\n${column.type}`;
  const { min, max, nulls, distinct } = summary;
  return [
    column.name,
    column.type,
    min === undefined || max === undefined ? undefined : `from ${min} to ${max}`,
    `${count(distinct)} distinct, ${nulls === 0 ? 'no nulls' : `${count(nulls)} null`}`,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function rangeText(column: ResultColumn, summary: ColumnSummary, rows: number): string | undefined {
  const kind = kindOf(column.type);
  if (rows > 0 && summary.nulls >= rows) return 'all null';
  const { min, max } = summary;
  if (isNumeric(kind) && min !== undefined && max !== undefined) return span(Number(min), Number(max));
  if ((kind === 'date' || kind === 'timestamp') && typeof min === 'string' && typeof max === 'string') {
    return daySpan(min, max);
  }
  if (kind === 'time' && min !== undefined && max !== undefined) {
    return `${String(min).slice(0, 5)}–${String(max).slice(0, 5)}`;
  }
  if (kind !== 'text') return undefined;
  const approximate = rows > EXACT_DISTINCT_ROWS ? '~' : '';
  return `${approximate}${summary.distinct < 10_000 ? count(summary.distinct) : compact(summary.distinct)} distinct`;
}

function span(min: number, max: number): string | undefined {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return undefined;
  if (min === max) return `all ${compact(min)}`;
  return min < 0 ? `${compact(min)} to ${compact(max)}` : `${compact(min)}–${compact(max)}`;
}
