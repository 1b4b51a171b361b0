import { type SqlPiece, splitStatements, sqlPieces } from '@daybook/shared/sql/tokens';

/** A word, quoted name, text or sign of SQL. Comments are no tokens. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'string' | 'sign';
  /** As written; a quoted name without its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Index of the innermost open parenthesis before it; -1 outside all. */
  readonly scope: number;
}

const CODE = /[\p{L}_][\p{L}\p{N}_$]*|\d[\w.]*|\S/gu;

/** The tokens of a statement, in order. */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  const open: number[] = [];
  for (const piece of sqlPieces(sql)) {
    if (piece.kind === 'comment') continue;
    if (piece.kind !== 'code') {
      tokens.push({ ...quoted(sql, piece), scope: open.at(-1) ?? -1 });
      continue;
    }
    for (const match of sql.slice(piece.start, piece.end).matchAll(CODE)) {
      const [text] = match;
      if (text === ')') open.pop();
      const start = piece.start + match.index;
      const kind = /^[\p{L}_]/u.test(text) ? 'word' : 'sign';
      tokens.push({ kind, text, start, end: start + text.length, scope: open.at(-1) ?? -1 });
      if (text === '(') open.push(tokens.length - 1);
    }
  }
  return tokens;
}

function quoted(sql: string, { kind, start, end }: SqlPiece): Pick<SqlToken, 'kind' | 'text' | 'start' | 'end'> {
  const text = sql.slice(start, end);
  if (kind === 'name') return { kind, text: text.replace(/^"|"$/g, '').replaceAll('""', '"'), start, end };
  return { kind: 'string', text, start, end };
}

/** The statement around an offset, and where it begins. */
export function statementAt(sql: string, offset: number): { readonly text: string; readonly start: number } {
  const before = splitStatements(sql).filter(({ start }) => start <= offset);
  const last = before.at(-1);
  if (last === undefined || offset > last.start + last.text.length) return { text: '', start: offset };
  return last;
}

/** What kind of text an offset is in. */
export function pieceAt(sql: string, offset: number): SqlPiece | undefined {
  return sqlPieces(sql).find(({ kind, start, end }) => {
    if (kind === 'code' || start >= offset) return false;
    const closed = kind === 'comment' ? sql.startsWith('/*', start) : end - start > 1 && sql[end - 1] === sql[start];
    return closed ? offset < end : offset <= end;
  });
}
