import type { JsonCell, ResultBundle } from '@daybook/shared/results/bundle';
import type { ResultSummary } from '@daybook/shared/results/window';
import { type ColumnFormat, numberOf } from './format.ts';
import type { GridQuery } from './query.ts';

/** The column whose cells carry bars, and the value that fills one. */
export interface BarColumn {
  readonly column: number;
  readonly full: number;
}

/** Chooses the sorted column if it is numeric, else the last numeric one; none in a table of one row. */
export function chooseBar(
  formats: readonly ColumnFormat[],
  query: GridQuery,
  bundle: ResultBundle,
  summary: ResultSummary | undefined,
): BarColumn | undefined {
  if (bundle.rows < 2) return undefined;
  const sorted = formats.findIndex((format) => format.column.name === query.sort[0]?.column && format.numeric);
  const column = sorted >= 0 ? sorted : formats.findLastIndex((format) => format.numeric);
  if (column < 0) return undefined;
  const profile = summary?.columns[column];
  const known = [profile?.min, profile?.max].flatMap((edge) => (edge === undefined ? [] : [numberOf(edge) ?? 0]));
  const sample = known.length > 0 ? known : bundle.first.map((row) => numberOf(row[column] ?? null) ?? 0);
  const full = sample.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return full > 0 && Number.isFinite(full) ? { column, full } : undefined;
}

/** How much of its slot a cell's bar fills, 0 to 1, and whether it stands for less than zero. */
export function barOf(value: JsonCell, full: number): { part: number; negative: boolean } | undefined {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  return { part: Math.min(1, Math.abs(number) / full), negative: number < 0 };
}
