import type { Anchor } from '@daybook/shared/api/comments';
import { LONGEST_QUOTE } from '@daybook/shared/api/comments';
import * as Y from 'yjs';

/** Characters of a text, from the first to behind the last. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

type LinesAnchor = Extract<Anchor, { type: 'lines' }>;

/** Where `range` of a cell's text is, in a form that survives edits around it and moves of the cell. */
export function anchorOf(cell: string, text: Y.Text, { from, to }: TextRange): LinesAnchor {
  const at = (index: number, association: number) =>
    encode(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index, association)));
  return {
    type: 'lines',
    cell,
    // What is typed right before or behind the range is no part of it.
    start: at(from, 0),
    end: at(to, -1),
    quote: text.toString().slice(from, to).slice(0, LONGEST_QUOTE),
  };
}

/**
 * Where the anchor's text is now; `undefined` when it is gone. Positions count while the text they
 * are of lives: a moved or restored cell is another text, in which the quote is looked for.
 */
export function findRange({ start, end, quote }: LinesAnchor, text: Y.Text): TextRange | undefined {
  const [from, to] = [find(start, text), find(end, text)];
  if (from !== undefined && to !== undefined && from < to) return { from, to };
  if (quote.trim() === '') return undefined;
  const found = nearest(text.toString(), quote, from ?? to ?? 0);
  return found === undefined ? undefined : { from: found, to: found + quote.length };
}

function find(encoded: string, text: Y.Text): number | undefined {
  const { doc } = text;
  if (doc === null) return undefined;
  try {
    const position = Y.decodeRelativePosition(decode(encoded));
    // Without following undone deletions: a restored cell's text is found by its quote.
    const found = Y.createAbsolutePositionFromRelativePosition(position, doc, false);
    return found?.type === text ? found.index : undefined;
  } catch {
    return undefined; // somebody else's idea of a position
  }
}

/** The place where `quote` stands, nearest to `wanted`. */
function nearest(text: string, quote: string, wanted: number): number | undefined {
  let best: number | undefined;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (best === undefined || Math.abs(at - wanted) < Math.abs(best - wanted)) best = at;
    if (at > wanted) break;
  }
  return best;
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function decode(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
