import { type CellSource, parseCell } from '@daybook/cells/magic';
import { DaybookError } from '@daybook/shared/errors/error';

/** Reads a cell; a magic line that cannot be read counts as of its kind, without options. */
export function readCell(source: string): CellSource & { readonly bodyStart: number } {
  const text = source.replaceAll('\r\n', '\n');
  const bodyStart = /^%%[A-Za-z][^\n]*(?:\n|$)/.exec(text)?.[0].length ?? 0;
  try {
    return { ...parseCell(text), bodyStart };
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const kind = /^%%([A-Za-z][\w-]*)/.exec(text)?.[1]?.toLowerCase() ?? 'typescript';
    return { kind, options: {}, body: text.slice(bodyStart), lineOffset: 1, bodyStart };
  }
}
