import { DaybookError, type SourcePlace } from '@daybook/shared/errors/error';
import { type SqlPiece, splitStatements, sqlPieces } from '@daybook/shared/sql/tokens';
import type { CellSource } from '../magic.ts';
import { sqlSpec } from './spec.ts';

/** What a SQL cell does, before anything runs. */
export interface SqlPlan {
  /** The body with `{{ name }}` replaced by `$1…$n`, in lines and columns that still agree by line. */
  readonly sql: string;
  /** Notebook variables to bind, in the order of `$1…$n`. */
  readonly parameters: readonly string[];
  readonly result: string | undefined;
}

const PARAMETER = /\{\{([^{}]*)\}\}/g;
const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/**
 * Turns a cell into a plan. Variables are bound as values and never become SQL text, so they can
 * stand only where a value can. Errors carry the place in the body: `sql_empty`, `bad_parameter`,
 * and those of `sqlSpec`.
 */
export function compileSql(cell: CellSource): SqlPlan {
  const { result } = sqlSpec(cell);
  if (splitStatements(cell.body).length === 0) {
    throw new DaybookError('sql_empty', 'This SQL cell has no statement.', {
      action: 'Write a query below the first line, for example SELECT 1.',
    });
  }
  const parameters: string[] = [];
  const sql = sqlPieces(cell.body).map((piece) => compilePiece(cell.body, piece, parameters));
  return { sql: sql.join(''), parameters, result };
}

function compilePiece(body: string, piece: SqlPiece, parameters: string[]): string {
  const text = body.slice(piece.start, piece.end);
  if (piece.kind === 'comment') return text;
  if (piece.kind === 'code') {
    refusePlaceholders(body, piece);
    return text.replace(PARAMETER, (whole, inner: string, offset: number) => {
      const place = placeOf(body, piece.start + offset);
      return `$${numberOf(parameterName(inner, whole, place), parameters)}`;
    });
  }
  const inside = /\{\{\s*([^{}\s]+)\s*\}\}/.exec(text);
  if (inside !== null) throw insideQuotes(piece.kind, inside[0], placeOf(body, piece.start + inside.index));
  return text;
}

function parameterName(inner: string, whole: string, place: SourcePlace): string {
  const name = inner.trim();
  if (NAME.test(name)) return name;
  throw new DaybookError('bad_parameter', `${whole} does not name a variable.`, {
    place,
    action: 'Put the value into a variable in a TypeScript cell and write its name, for example {{ limit }}.',
  });
}

/** Where the body first uses a variable as a parameter. */
export function firstUse(variable: string, body: string): SourcePlace | undefined {
  for (const { kind, start, end } of sqlPieces(body)) {
    if (kind !== 'code') continue;
    for (const match of body.slice(start, end).matchAll(PARAMETER)) {
      if (match[1]?.trim() === variable) return placeOf(body, start + match.index);
    }
  }
  return undefined;
}

/** The same variable is bound once, however often it is used. */
function numberOf(name: string, parameters: string[]): number {
  const known = parameters.indexOf(name);
  return known === -1 ? parameters.push(name) : known + 1;
}

/** `$1`, `$name` and `?` are how drivers number parameters; here they would bind nothing. */
function refusePlaceholders(body: string, piece: SqlPiece): void {
  const match = /(?<![\w$\u0080-\uffff])\$[\w]+|(?<![\w)\]"'])\?/u.exec(body.slice(piece.start, piece.end));
  if (match === null) return;
  throw new DaybookError('bad_parameter', `“${match[0]}” has no value to bind.`, {
    place: placeOf(body, piece.start + match.index),
    action: 'Write {{ name }} to use the value of a notebook variable.',
  });
}

function insideQuotes(kind: 'string' | 'name', parameter: string, place: SourcePlace): DaybookError {
  if (kind === 'name') {
    return new DaybookError('bad_parameter', `${parameter} stands in a quoted name; only values can be parameters.`, {
      place,
      action: 'Write the table or column name itself.',
    });
  }
  return new DaybookError('bad_parameter', `${parameter} stands in a text literal, where it would not be replaced.`, {
    place,
    action: `Remove the quotes around it; to build a longer text write 'before ' || ${parameter}.`,
  });
}

function placeOf(text: string, offset: number): SourcePlace {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
