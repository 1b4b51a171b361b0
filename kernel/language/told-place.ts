import type { Diagnostic } from '@daybook/shared/api/editor';
import type { DaybookError } from '@daybook/shared/errors/error';

/** A cell's text, and where its body begins in it. */
export interface CheckedCell {
  readonly body: string;
  /** Offset of the body in the cell's source; 0 where there is no magic line. */
  readonly bodyStart: number;
}

const WORD = /^(?:[\p{L}\p{N}_$]+|"[^"\n]*"?|'[^'\n]*'?|\{\{[^}\n]*\}\}|\S)/u;

/** A failure that a cell would end with, at its word; without a place, at the magic line. */
export function toldAt(
  { message, action, place }: Pick<DaybookError, 'message' | 'action' | 'place'>,
  cell: CheckedCell,
  severity: Diagnostic['severity'],
): Diagnostic {
  // An example of many lines is for the error card.
  const advice = action === undefined || action.includes('\n') ? '' : ` ${action}`;
  const text = `${message}${advice}`;
  if (place === undefined) return { start: 0, end: Math.max(1, cell.bodyStart - 1), severity, message: text };
  const before = cell.body.split('\n').slice(0, place.line - 1);
  const line = before.reduce((sum, each) => sum + each.length + 1, 0);
  return wordAt(line + (place.column ?? 1) - 1, cell, { severity, message: text });
}

/** What is said of the word at an offset of the body; behind its end, of its last character. */
export function wordAt(
  offset: number,
  { body, bodyStart }: CheckedCell,
  said: Pick<Diagnostic, 'severity' | 'message'>,
): Diagnostic {
  const last = body.trimEnd().length;
  const start = offset < last ? offset : Math.max(0, last - 1);
  const length = WORD.exec(body.slice(start))?.[0].length ?? 1;
  return { start: bodyStart + start, end: bodyStart + start + length, ...said };
}
