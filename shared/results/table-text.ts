import type { JsonCell } from './bundle.ts';

/** A small table as terminals and screen readers get it: name, type class and rows of cells. */
export interface TextTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly JsonCell[])[];
}

const MAX_CELL = 60;

/** One cell as text on one line; null shows as nothing at all. */
export function cellText(cell: JsonCell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

/** Whether a column of this DuckDB type is read as numbers, and so set to the right. */
export function isNumericType(type: string): boolean {
  return (
    /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\b.*|BIGNUM)$/.test(type) && !type.endsWith(']')
  );
}

/** The table with aligned columns, a rule under the header, and `footer` on a line of its own. */
export function plainTable({ columns, rows }: TextTable, footer: string): string {
  const texts = rows.map((row) => columns.map((_, index) => shorten(cellText(row[index]))));
  const names = columns.map((column) => shorten(column.name));
  const widths = names.map((name, index) => Math.max(width(name), ...texts.map((row) => width(row[index] ?? ''))));
  const numeric = columns.map((column) => isNumericType(column.type));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, numeric[index] === true))
      .join('  ')
      .trimEnd();
  const rule = widths.map((each) => '─'.repeat(each)).join('  ');
  return [line(names), rule, ...texts.map(line), footer].join('\n');
}

function shorten(text: string): string {
  const flat = text.replace(/[\r\n\t]+/g, ' ');
  const chars = [...flat];
  return chars.length <= MAX_CELL ? flat : `${chars.slice(0, MAX_CELL - 1).join('')}…`;
}

function pad(text: string, to: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}

/** Places on a terminal: East Asian wide characters take two. */
function width(text: string): number {
  let places = 0;
  for (const char of text)
    places +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        char,
      )
        ? 2
        : 1;
  return places;
}

/** A count as people read it: `3 000 000` with narrow spaces. */
export function spaced(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** `12 rows × 3 columns`, and that only the first ones are shown when that is so. */
export function sizeLine(rows: number, columns: number, shown: number): string {
  const size = `${spaced(rows)} ${rows === 1 ? 'row' : 'rows'} × ${columns} ${columns === 1 ? 'column' : 'columns'}`;
  return shown < rows ? `… ${size}` : size;
}
