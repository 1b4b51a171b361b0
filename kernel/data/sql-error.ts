import { CancelledError, DaybookError, type SourcePlace } from '@daybook/shared/errors/error';

/** `LINE 3: select …` and, on the next line, a caret under the place. */
const EXCERPT = /\n\nLINE (\d+): (.*)\n([ ]*)\^/;
/** DuckDB suggests its own catalogue's tables for anything it does not know. */
const OWN_CATALOGUE = /\n?Did you mean "(?:pg_|information_schema|duckdb_|sqlite_|pragma_)[^"]*"\??/g;

const ACTIONS: readonly (readonly [RegExp, string])[] = [
  [/^Parser Error/, 'Correct the SQL at this place and run the cell again.'],
  [/Referenced column .* not found/, 'Use one of the columns named above, or look at the table with DESCRIBE.'],
  [/^Out of Memory Error/, 'Select fewer columns or rows, or aggregate before sorting.'],
  [/^Missing Extension Error: File https?:/, 'Download the file into the workspace and read it from there.'],
  [
    /^Missing Extension Error|No extension found|extension .* (not|could)/i,
    'This engine reads CSV, JSON and Parquet files of the workspace only.',
  ],
];

/**
 * DuckDB's error as the user should see it: the sentence without the excerpt, and the place.
 * `sql` is the text that `lineShift` lines were put in front of. Interrupts become CancelledError.
 */
export function sqlError(error: unknown, sql: string, lineShift = 0): Error {
  if (error instanceof DaybookError || error instanceof CancelledError) return error;
  const raw = error instanceof Error ? error.message : String(error);
  if (isInterrupt(raw)) return new CancelledError('The query was interrupted.', { cause: error });
  const place = placeOf(raw, sql, lineShift);
  const message = raw
    .replace(/\n\nLINE \d+: [\s\S]*$/, '')
    .replace(OWN_CATALOGUE, '')
    .replace(/\n\nPlease try installing and loading[\s\S]*/, '.')
    .trim();
  const action = ACTIONS.find(([pattern]) => pattern.test(message))?.[1];
  return new DaybookError('sql_error', message, {
    cause: error,
    ...(place === undefined ? {} : { place }),
    ...(action === undefined ? {} : { action }),
  });
}

function isInterrupt(message: string): boolean {
  return message.startsWith('INTERRUPT Error');
}

function placeOf(raw: string, sql: string, lineShift: number): SourcePlace | undefined {
  const match = EXCERPT.exec(raw);
  if (match === null) return undefined;
  const [, number = '', excerpt = '', indent = ''] = match;
  const line = Number(number) - lineShift;
  const source = sql.split('\n')[line - 1];
  if (source === undefined) return undefined;
  const caret = indent.length - `LINE ${number}: `.length;
  // Long lines come cut at both ends with dots: look the rest up in the line itself.
  const cut = excerpt.startsWith('...');
  const shown = excerpt.slice(cut ? 3 : 0).replace(/\.\.\.$/, '');
  const offset = cut ? source.indexOf(shown) : 0;
  const column = offset === -1 ? 0 : offset + caret - (cut ? 3 : 0) + 1;
  return column >= 1 && column <= source.length + 1 ? { line, column } : { line };
}
