import { leadingWord, splitStatements } from '@daybook/shared/sql/tokens';

/** What a template says, before anything runs: SQL, values for `$1…$n`, tables by the names they have in it. */
export interface SqlText {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly tables: ReadonlyMap<string, object>;
  readonly parts: readonly SqlPart[];
}

/** A piece of the template as typed, and where it begins in the SQL. */
export interface SqlPart {
  readonly start: number;
  readonly text: string;
}

/** Words that begin what can stand in parentheses. */
const QUERY_WORDS = new Set([
  'SELECT',
  'WITH',
  'FROM',
  'VALUES',
  'TABLE',
  'PIVOT',
  'UNPIVOT',
  'DESCRIBE',
  'SHOW',
  'SUMMARIZE',
]);

/** Whether the last statement is one whose rows can be asked for in a query around it. */
export function isQuery(sql: string): boolean {
  return QUERY_WORDS.has(leadingWord(splitStatements(sql).at(-1)?.text ?? ''));
}

/** The script with its last statement inside another one: `around('SELECT 1')`. */
export function wrapLast(sql: string, around: (query: string) => string): string {
  const last = splitStatements(sql).at(-1);
  if (last === undefined) return sql;
  return `${sql.slice(0, last.start)}${around(last.text)}`;
}
