import { inspect, types } from 'node:util';
import type { MimeBundle } from '../protocol/wire.ts';
import { escapeHtml } from './html.ts';

const ROWS = 10;
const COLUMNS = 30;

/** The part of an Arrow table that a preview reads; recognised by shape, whatever library made it. */
interface ArrowLike {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  getChildAt(index: number): { get(row: number): unknown } | null;
}

/** First rows of an Arrow table as text and HTML; undefined when `value` is not one. */
export function arrowPreview(value: unknown): MimeBundle | undefined {
  if (!isArrow(value)) return undefined;
  const fields = value.schema.fields.slice(0, COLUMNS);
  const count = Math.min(ROWS, value.numRows);
  const rows = Array.from({ length: count }, (_, row) =>
    fields.map((_field, column) => cell(value.getChildAt(column)?.get(row))),
  );
  const names = fields.map((field) => field.name);
  const hidden = value.schema.fields.length - fields.length;
  const note = `${counted(value.numRows, 'row')} × ${counted(value.schema.fields.length, 'column')}${hidden > 0 ? `, first ${COLUMNS} shown` : ''}`;
  return { 'text/plain': `${textTable(names, rows)}\n${note}`, 'text/html': htmlTable(names, rows, note) };
}

function isArrow(value: unknown): value is ArrowLike {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const { numRows, schema, getChildAt } = value as Partial<ArrowLike>;
  return typeof numRows === 'number' && typeof getChildAt === 'function' && Array.isArray(schema?.fields);
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object')
    return value instanceof Date
      ? value.toISOString()
      : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 80);
  return String(value).slice(0, 80);
}

function textTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

function htmlTable(names: readonly string[], rows: readonly (readonly string[])[], note: string): string {
  const head = names.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table><p>${escapeHtml(note)}</p>`;
}
