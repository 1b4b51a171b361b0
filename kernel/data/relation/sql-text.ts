import { DaybookError } from '@daybook/shared/errors/error';
import { quoteName } from '@daybook/shared/sql/quote';
import { splitStatements, sqlPieces } from '@daybook/shared/sql/tokens';
import { isDate } from '../tables/nothing.ts';
import { describeValue } from '../tables/pack.ts';
import { isDataFrame } from '../tables/recognise.ts';
import { Relation } from './relation.ts';
import { isQuery, type SqlPart, type SqlText } from './script.ts';
import { SqlName } from './sql-name.ts';

/** How a value is filled in, as the user types it. */
const EXAMPLE = '$' + '{value}';

let nextTable = 0;

/**
 * Puts a template together. Values are bound and never become text: numbers, texts, Dates and the
 * like as parameters, arrays of them as lists, relations as subqueries, tables of any kind as
 * tables. Backslashes stay as typed. Errors: `bad_parameter`, `sql_empty`.
 */
export function assembleSql(strings: TemplateStringsArray, values: readonly unknown[]): SqlText {
  const parameters: unknown[] = [];
  const tables = new Map<string, object>();
  const parts: SqlPart[] = [];
  const filled: Filled[] = [];
  let sql = '';
  for (const [index, raw] of strings.raw.entries()) {
    const text = raw.replace(/\\(?=[`$])/g, '').replaceAll('\r\n', '\n');
    parts.push({ start: sql.length, text });
    sql += text;
    if (index >= values.length) continue;
    const value = values[index];
    const inFrom = /\b(?:from|join)\s*$/i.test(sql);
    const written = write(value, { inFrom, number: index + 1, parameters, tables });
    filled.push({ start: sql.length, end: sql.length + written.length });
    sql += written;
  }
  refuse(sql, filled);
  if (splitStatements(sql).length === 0) {
    throw new DaybookError('sql_empty', 'There is no SQL between the backticks.', {
      action: 'Write a query, for example sql`SELECT 1`.',
    });
  }
  return { sql, parameters, tables, parts };
}

interface Filled {
  readonly start: number;
  readonly end: number;
}

interface Target {
  readonly inFrom: boolean;
  readonly number: number;
  readonly parameters: unknown[];
  readonly tables: Map<string, object>;
}

function write(value: unknown, { inFrom, number, parameters, tables }: Target): string {
  if (value instanceof SqlName) return value.sql;
  if (value instanceof Relation) return nested(value, parameters, tables);
  if (isTable(value, inFrom)) {
    nextTable += 1;
    const name = `daybook_table_${nextTable}`;
    tables.set(name, value);
    return quoteName(name);
  }
  const what = inFrom ? describeValue(value) : unbindable(value);
  if (what === undefined) return `$${parameters.push(value)}`;
  const first = typeof value === 'string' && inFrom;
  throw new DaybookError(
    'bad_parameter',
    `The value number ${number} of this sql\`…\` is ${what}, which ${inFrom ? 'is no table' : 'SQL has no value for'}.`,
    {
      action: first
        ? 'Name a table or column with sql.name(text).'
        : 'Fill in a number, bigint, text, boolean, null, Date, bytes, an array of these, a table, another relation, or sql.name(text).',
    },
  );
}

function isTable(value: unknown, inFrom: boolean): value is object {
  if (typeof value !== 'object' || value === null || isDate(value)) return false;
  if (isDataFrame(value)) return true;
  if (Array.isArray(value)) return inFrom || (value as unknown[]).some(isPlainObject);
  return inFrom && (ArrayBuffer.isView(value) || isPlainObject(value));
}

function isPlainObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isDate(value) && !ArrayBuffer.isView(value)
  );
}

function nested(relation: Relation, parameters: unknown[], tables: Map<string, object>): string {
  const inner = relation.text;
  if (splitStatements(inner.sql).length !== 1 || !isQuery(inner.sql)) {
    throw new DaybookError('bad_parameter', 'Only a single query can stand inside another one.', {
      action: 'Fill in a relation made of one SELECT.',
    });
  }
  for (const [name, table] of inner.tables) tables.set(name, table);
  const first = parameters.length;
  parameters.push(...inner.parameters);
  return `(${renumber(withoutSemicolon(inner.sql), first)}\n)`;
}

function withoutSemicolon(sql: string): string {
  const last = splitStatements(sql).at(-1);
  return last === undefined ? sql : sql.slice(0, last.start) + last.text;
}

function renumber(sql: string, by: number): string {
  if (by === 0) return sql;
  return sqlPieces(sql)
    .map(({ kind, start, end }) => {
      const text = sql.slice(start, end);
      return kind === 'code'
        ? text.replace(/(?<![\w$\u0080-\uffff])\$(\d+)/g, (_, digits) => `$${Number(digits) + by}`)
        : text;
    })
    .join('');
}

/** Values fill places of values: not inside quotes, and nothing else is a placeholder. */
function refuse(sql: string, filled: readonly Filled[]): void {
  for (const { kind, start, end } of sqlPieces(sql)) {
    const inside = filled.findIndex((each) => each.start > start && each.start < end);
    if (kind === 'string' && inside !== -1) {
      throw new DaybookError(
        'bad_parameter',
        `The value number ${inside + 1} stands in a text literal, where it would not be replaced.`,
        {
          action: `Remove the quotes around it; to build a longer text write 'before ' || ${EXAMPLE}.`,
        },
      );
    }
    if (kind === 'name' && inside !== -1) {
      throw new DaybookError('bad_parameter', `The value number ${inside + 1} stands in a quoted name.`, {
        action: 'Write sql.name(text) in its place, without quotes around it.',
      });
    }
    if (kind !== 'code') continue;
    for (const match of sql.slice(start, end).matchAll(/(?<![\w$\u0080-\uffff])\$\w+|(?<![\w)\]"'])\?/gu)) {
      const at = start + match.index;
      if (filled.some((each) => at >= each.start && at < each.end)) continue;
      throw new DaybookError('bad_parameter', `“${match[0]}” has no value to bind.`, {
        action: `Write ${EXAMPLE} to bind a value.`,
      });
    }
  }
}

function unbindable(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return describeValue(value);
  if (typeof value !== 'object' || value === null || isDate(value) || ArrayBuffer.isView(value)) return undefined;
  if (value instanceof ArrayBuffer) return undefined;
  if (!Array.isArray(value)) return describeValue(value);
  const bad = value.find((item) => unbindable(item) !== undefined);
  return bad === undefined ? undefined : `an array that holds ${describeValue(bad)}`;
}
