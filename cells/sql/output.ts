import type { EngineResult } from '@daybook/shared/ports/run-context';
import type { JsonCell, ResultBundle } from '@daybook/shared/results/bundle';
import { RESULT_MIME } from '@daybook/shared/results/mime';
import { htmlTable } from '@daybook/shared/results/table-html';
import { plainTable, sizeLine, spaced } from '@daybook/shared/results/table-text';

/** Rows and bytes of JSON that a notebook file carries for a result at most. */
export const BUNDLE_ROWS = 50;
export const BUNDLE_BYTES = 32 * 1024;
const SHOWN_ROWS = 20;

/** A result as a cell's output: Daybook's bundle, and the same as text and HTML for others. */
export function resultOutput(
  result: EngineResult,
  { name, ran, note }: { readonly name?: string | undefined; readonly ran: number; readonly note?: string | undefined },
): Record<string, unknown> {
  if (!result.tabular) return { 'text/plain': changedLine(result.rows) };
  const { id, columns, rows, elapsed, rowsRead, summary } = result;
  const first = fitting(result.first.slice(0, BUNDLE_ROWS));
  const bundle: ResultBundle = {
    v: 1,
    id,
    ...(name === undefined ? {} : { name }),
    columns: [...columns],
    rows,
    first,
    elapsed: Math.round(elapsed * 10) / 10,
    ...(rowsRead === undefined ? {} : { rowsRead }),
    ran,
    ...(summary === undefined ? {} : { summary }),
    ...(note === undefined ? {} : { note }),
  };
  const shown = { columns, rows: first.slice(0, SHOWN_ROWS) };
  const size = [sizeLine(rows, columns.length, shown.rows.length), note].filter(Boolean).join('. ');
  return {
    [RESULT_MIME]: bundle,
    'text/html': htmlTable(shown, name === undefined ? size : `${name}: ${size}`),
    'text/plain': plainTable(shown, size),
  };
}

/** As many rows from the start as fit into the bytes. */
function fitting(rows: readonly (readonly JsonCell[])[]): JsonCell[][] {
  const kept: JsonCell[][] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += utf8Length(JSON.stringify(row)) + 1;
    if (bytes > BUNDLE_BYTES) break;
    kept.push([...row]);
  }
  return kept;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function changedLine(rows: number): string {
  if (rows === 0) return 'Done';
  return `${spaced(rows)} ${rows === 1 ? 'row' : 'rows'} changed`;
}
