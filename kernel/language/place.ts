import { readCell } from './cell-source.ts';

/** A place in a cell, taken apart by what the cell is. */
export interface Place {
  readonly kind: string;
  readonly options: Readonly<Record<string, string>>;
  readonly onMagicLine: boolean;
  /** The line up to the place. */
  readonly line: string;
  readonly body: string;
  readonly bodyStart: number;
  readonly bodyOffset: number;
}

/** `offset` counts one character per line break. */
export function placeIn(source: string, offset: number): Place {
  const text = source.replaceAll('\r\n', '\n');
  const { kind, options, body, bodyStart } = readCell(text);
  const firstLine = text.indexOf('\n') === -1 ? text.length : text.indexOf('\n');
  return {
    kind,
    options,
    onMagicLine: text.startsWith('%%') && offset <= firstLine,
    line: text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset),
    body,
    bodyStart,
    bodyOffset: Math.max(0, offset - bodyStart),
  };
}
