import { copyText } from './copy.ts';
import { element } from './element.ts';
import type { ColumnFormat } from './format.ts';
import type { GridModel } from './model.ts';
import type { Range } from './move.ts';
import { count } from './number.ts';
import { toTsv } from './tsv.ts';

/** Rows a copy may hold, and how many it takes when nothing is selected. */
const MOST = 10_000;
const FIRST = 1_000;

/**
 * Copies a range, or the first rows with their column names, as text for a spreadsheet. Fetches
 * rows that are not here. Answers what to tell the reader; throws what the source or clipboard threw.
 */
export async function copyCells(
  model: GridModel,
  formats: readonly ColumnFormat[],
  range: Range | undefined,
): Promise<string> {
  const top = range?.top ?? 0;
  const wanted = range === undefined ? Math.min(FIRST, model.reach) : range.bottom + 1;
  const bottom = Math.min(wanted, model.reach, top + MOST);
  const [left, right] = range === undefined ? [0, formats.length] : [range.left, range.right + 1];
  const rows = await model.read(top, bottom);
  const text = rows.map((row) => row.slice(left, right).map((value, at) => formats[left + at]?.full(value) ?? ''));
  const names = formats.slice(left, right).map(({ column }) => column.name);
  await copyText(toTsv(range === undefined ? [names, ...text] : text));
  const cut = wanted > bottom ? ' (the most a copy holds; use Download for all)' : '';
  return `Copied ${count(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}${cut}`;
}

/** Starts the download of the whole result; throws `DaybookError` when it cannot be had. */
export async function saveResult(model: GridModel, format: 'csv' | 'parquet'): Promise<void> {
  const href = await model.exportUrl(format);
  const link = element('a', { attributes: { href, download: `${model.bundle.name ?? 'result'}.${format}` } });
  document.body.append(link);
  link.click();
  link.remove();
}
