import type { JsonCell } from '@daybook/shared/results/bundle';
import { type ColumnFormat, numbersOf } from './format.ts';

const PADDING = 25;
/** Room a bar takes beside its number, px. */
const BAR_SLOT = 58;
export const SPARK = 60;
export const NARROWEST = 56;
const WIDEST = 340;

/** Width of text in the interface face, px, near enough to lay out by without measuring. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const character of text) {
    if (/[iljtfrI.,:;'|()[\]{}!\s·]/.test(character)) ems += 0.34;
    else if (/[mwMWÀ-￿%@]/.test(character)) ems += 0.92;
    else if (/[A-Z]/.test(character)) ems += 0.69;
    else ems += 0.61;
  }
  return ems * size;
}

/** What a column needs: at `least` to show its name and values, `wished` to show its description too. */
export interface ColumnWidth {
  readonly least: number;
  readonly wished: number;
  /** Set by the reader: neither grows nor shrinks. */
  readonly fixed?: boolean;
}

/** A column's widths in px from its header and a sample of its values. */
export function measureColumn(
  format: ColumnFormat,
  described: string,
  sample: readonly JsonCell[],
  bar: boolean,
): ColumnWidth {
  let values = 0;
  for (const value of sample) {
    const numbers = format.kind === 'list' ? numbersOf(value) : undefined;
    values = Math.max(values, numbers === undefined ? textWidth(format.text(value).slice(0, 60), 13) : SPARK);
  }
  const bound = (width: number): number => Math.round(Math.min(WIDEST, Math.max(NARROWEST, width + PADDING)));
  const name = textWidth(format.column.name, 14) + 14;
  const needed = values + (bar ? BAR_SLOT : 0);
  const wished = bound(Math.max(name, needed, textWidth(described, 11)));
  // Long text is read by its beginning; numbers and dates are wrong when cut.
  const least = bound(
    Math.max(name, format.kind === 'text' || format.kind === 'nested' ? Math.min(needed, 150) : needed),
  );
  return { least: Math.min(least, wished), wished };
}

/** Fits columns into `available` px: spreads what is left over, and cuts descriptions before anything scrolls. */
export function fit(columns: readonly ColumnWidth[], available: number): number[] {
  const wished = columns.reduce((sum, column) => sum + column.wished, 0);
  const least = columns.reduce((sum, column) => sum + column.least, 0);
  if (wished > available && wished > least) {
    const part = Math.max(0, Math.min(1, (available - least) / (wished - least)));
    const cut = columns.map((column) => Math.floor(column.least + (column.wished - column.least) * part));
    // What rounding left goes to the last column, so that the table ends where its container does.
    const left = available - cut.reduce((sum, width) => sum + width, 0);
    return cut.map((width, index) => (index === cut.length - 1 && left > 0 ? width + left : width));
  }
  const free = columns.filter((column) => column.fixed !== true).length;
  const extra = available - wished;
  if (extra <= 0 || free === 0) return columns.map((column) => column.wished);
  const each = Math.floor(extra / free);
  let rest = extra - each * free;
  return columns.map((column) => {
    if (column.fixed === true) return column.wished;
    const more = rest > 0 ? 1 : 0;
    rest -= more;
    return column.wished + each + more;
  });
}

/** Columns between `left` and `left + wide` px, with a margin: `[from, to)`. */
export function visibleColumns(widths: readonly number[], left: number, wide: number): { from: number; to: number } {
  const margin = 400;
  let edge = 0;
  let from = widths.length;
  let to = 0;
  widths.forEach((width, index) => {
    if (edge + width > left - margin && edge < left + wide + margin) {
      from = Math.min(from, index);
      to = index + 1;
    }
    edge += width;
  });
  return from < to ? { from, to } : { from: 0, to: Math.min(1, widths.length) };
}
