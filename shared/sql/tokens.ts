/**
 * SQL text cut into pieces, as DuckDB (and PostgreSQL) reads it: enough to know what is code and
 * what is a string, a quoted name or a comment. Pieces follow each other without gaps.
 */
export interface SqlPiece {
  readonly kind: 'code' | 'string' | 'name' | 'comment';
  /** UTF-16 offset of the first character. */
  readonly start: number;
  readonly end: number;
}

/** Where a piece that is not code begins. `E'…'` knows backslashes, `$tag$…$tag$` knows nothing. */
const OPENING = /'|"|--|\/\*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/g;

/** Cuts the text; an unterminated piece reaches to the end. */
export function sqlPieces(sql: string): SqlPiece[] {
  const pieces: SqlPiece[] = [];
  let at = 0;
  const code = (end: number): void => {
    if (end > at) pieces.push({ kind: 'code', start: at, end });
  };
  while (at < sql.length) {
    OPENING.lastIndex = at;
    const match = nextOpening(sql);
    if (match === null) break;
    code(match.index);
    const piece = closePiece(sql, match.index, match[0]);
    pieces.push(piece);
    at = piece.end;
  }
  code(sql.length);
  return pieces;
}

/** A `$` inside a word (`price$`) opens nothing. */
function nextOpening(sql: string): RegExpExecArray | null {
  for (let match = OPENING.exec(sql); match !== null; match = OPENING.exec(sql)) {
    if (!match[0].startsWith('$') || !/[\w$\u0080-\uffff]/.test(sql.charAt(match.index - 1))) return match;
    OPENING.lastIndex = match.index + 1;
  }
  return null;
}

function closePiece(sql: string, start: number, opening: string): SqlPiece {
  if (opening === '--') {
    const end = sql.indexOf('\n', start);
    return { kind: 'comment', start, end: end === -1 ? sql.length : end };
  }
  if (opening === '/*') return { kind: 'comment', start, end: endOfBlockComment(sql, start) };
  if (opening === '"') return { kind: 'name', start, end: endOfQuotes(sql, start, false) };
  if (opening === "'") return { kind: 'string', start, end: endOfQuotes(sql, start, isEscapeString(sql, start)) };
  const end = sql.indexOf(opening, start + opening.length);
  return { kind: 'string', start, end: end === -1 ? sql.length : end + opening.length };
}

function isEscapeString(sql: string, quote: number): boolean {
  return /[eE]/.test(sql.charAt(quote - 1)) && !/[\w$\u0080-\uffff]/.test(sql.charAt(quote - 2));
}

function endOfQuotes(sql: string, start: number, backslashes: boolean): number {
  const quote = sql.charAt(start);
  for (let at = start + 1; at < sql.length; at++) {
    const char = sql.charAt(at);
    if (backslashes && char === '\\') at += 1;
    else if (char === quote && sql.charAt(at + 1) === quote) at += 1;
    else if (char === quote) return at + 1;
  }
  return sql.length;
}

/** Block comments nest. */
function endOfBlockComment(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at++) {
    const two = sql.slice(at, at + 2);
    if (two === '/*') depth += 1;
    else if (two === '*/') depth -= 1;
    else continue;
    at += 1;
    if (depth === 0) return at + 1;
  }
  return sql.length;
}

export interface SqlStatement {
  /** The statement alone, without its semicolon. */
  readonly text: string;
  /** UTF-16 offset of `text` in the whole. */
  readonly start: number;
}

/** The statements between top-level semicolons; those of blanks and comments only are left out. */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start = 0;
  let substance = false;
  const end = (at: number): void => {
    if (substance) statements.push({ text: sql.slice(start, at), start });
    start = at + 1;
    substance = false;
  };
  for (const piece of sqlPieces(sql)) {
    if (piece.kind !== 'code') {
      substance ||= piece.kind !== 'comment';
      continue;
    }
    for (let at = piece.start; at < piece.end; at++) {
      const char = sql.charAt(at);
      if (char === ';') end(at);
      else if (char.trim() !== '') substance = true;
    }
  }
  end(sql.length);
  return statements;
}

/** The statement's first word in upper case, past comments and opening parentheses. */
export function leadingWord(sql: string): string {
  for (const { kind, start, end } of sqlPieces(sql)) {
    if (kind === 'comment') continue;
    if (kind !== 'code') return '';
    const word = /[A-Za-z_]+/.exec(sql.slice(start, end));
    if (word !== null) return word[0].toUpperCase();
  }
  return '';
}
