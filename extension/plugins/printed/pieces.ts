/** Lines in a piece that is drawn once and then left alone. */
const LINES = 200;
/** Begins a sequence that sets colours; those that set them back go on as these do. */
const ESCAPE = '\u001b[';
const PLAIN = ['m', '0m'];

/**
 * Cuts whole pieces off the beginning of a text that may still grow; what is left is the text after
 * them. Nothing is cut where a colour goes on, since each piece is drawn by itself.
 */
export function cutPieces(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (;;) {
    const to = endOfPiece(text, from);
    // The last piece may go on: it stays with what comes.
    if (to === -1 || to >= text.length) return pieces;
    const piece = text.slice(from, to);
    if (!isPlainAtEnd(piece)) return pieces;
    pieces.push(piece);
    from = to;
  }
}

/** Lines in a text; one that has not ended counts. */
export function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return text === '' || text.endsWith('\n') ? count : count + 1;
}

function endOfPiece(text: string, from: number): number {
  let at = from - 1;
  for (let line = 0; line < LINES; line += 1) {
    at = text.indexOf('\n', at + 1);
    if (at === -1) return -1;
  }
  return at + 1;
}

function isPlainAtEnd(piece: string): boolean {
  const last = piece.lastIndexOf(ESCAPE);
  return last === -1 || PLAIN.some((end) => piece.startsWith(end, last + ESCAPE.length));
}
