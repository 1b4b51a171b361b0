/**
 * A text under edit: pieces of the original replaced or moved, with the way back. Every offset of
 * the result leads to the offset in the original it came from, so that an error can point at what
 * the user wrote.
 */
export class Edits {
  readonly #source: string;
  readonly #cuts: Cut[] = [];
  readonly #front: Front[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  /** Puts `text` in the place of `[start, end)`. Ranges must not overlap; an empty range inserts. */
  replace(start: number, end: number, text: string): void {
    this.#cuts.push({ start, end, text, moved: false });
  }

  /** Moves `[start, end)`, with the edits inside it, to the front, between `before` and `after`. */
  hoist(start: number, end: number, { before, after }: { before: string; after: string }): void {
    this.#front.push({ before, start, end, after });
    this.#cuts.push({ start, end, text: '', moved: true });
  }

  /** Adds text to the front, as if it had been written at `from`. */
  prepend(text: string, from = 0): void {
    this.#front.push({ before: text, start: from, end: from, after: '' });
  }

  apply(): EditedText {
    const cuts = this.#cuts.toSorted((a, b) => a.start - b.start || Number(b.moved) - Number(a.moved) || a.end - b.end);
    const inner = cuts.filter((cut) => !cut.moved);
    const pieces: Piece[] = [];
    for (const { before, start, end, after } of this.#front) {
      pieces.push({ text: before, from: start, copied: false });
      if (end > start) pieces.push(...this.#range(start, end, inner));
      pieces.push({ text: after, from: end, copied: false });
    }
    pieces.push(...this.#range(0, this.#source.length, cuts));
    return new EditedText(pieces.filter((piece) => piece.text !== ''));
  }

  #range(start: number, end: number, cuts: readonly Cut[]): Piece[] {
    const pieces: Piece[] = [];
    let at = start;
    for (const cut of cuts) {
      if (cut.start < at || cut.end > end) continue;
      pieces.push({ text: this.#source.slice(at, cut.start), from: at, copied: true });
      pieces.push({ text: cut.text, from: cut.start, copied: false });
      at = cut.end;
    }
    pieces.push({ text: this.#source.slice(at, end), from: at, copied: true });
    return pieces;
  }
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly moved: boolean;
}

interface Front {
  readonly before: string;
  readonly start: number;
  readonly end: number;
  readonly after: string;
}

interface Piece {
  readonly text: string;
  /** Offset in the original of its first character. */
  readonly from: number;
  /** Copied pieces keep their inner offsets; written ones all lead to `from`. */
  readonly copied: boolean;
}

/** The result of `Edits.apply`. */
export class EditedText {
  readonly text: string;
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.text = pieces.map((piece) => piece.text).join('');
  }

  /** The offset in the original that `offset` of the result came from. */
  original(offset: number): number {
    let at = 0;
    for (const piece of this.#pieces) {
      if (offset < at + piece.text.length) return piece.copied ? piece.from + (offset - at) : piece.from;
      at += piece.text.length;
    }
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : last.from + (last.copied ? last.text.length : 0);
  }
}
