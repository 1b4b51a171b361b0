import { DaybookError } from '@daybook/shared/errors/error';
import type { ResultColumn, ResultFilter, ResultSort } from '@daybook/shared/results/window';
import { quoteName } from '@daybook/shared/sql/quote';
import { nearest } from '@daybook/shared/text/nearest';

/** A condition as SQL with `$1…$n`, and the values to bind to them. */
export interface Condition {
  /** Starts with ` WHERE `, or is empty. */
  readonly where: string;
  readonly values: readonly (string | number | boolean)[];
}

type Value = string | number | boolean;

/**
 * The filters as one WHERE clause. Values are bound and cast to the column's own type; names are
 * quoted: nothing of a request becomes SQL text. Errors: `no_such_column`.
 */
export function whereClause(filters: readonly ResultFilter[], columns: readonly ResultColumn[]): Condition {
  const values: Value[] = [];
  const bind = (value: Value): string => `$${values.push(value)}`;
  const terms = filters.map((filter) => term(filter, columnOf(filter.column, columns), bind));
  return { where: terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`, values };
}

function term(filter: ResultFilter, column: ResultColumn, bind: (value: Value) => string): string {
  const name = quoteName(column.name);
  switch (filter.op) {
    case 'null':
      return `${name} IS NULL`;
    case 'notnull':
      return `${name} IS NOT NULL`;
    case 'contains':
      return `contains(lower(CAST(${name} AS VARCHAR)), lower(${bind(String(filter.value))}))`;
    case 'starts':
      return `starts_with(lower(CAST(${name} AS VARCHAR)), lower(${bind(String(filter.value))}))`;
    case 'in': {
      if (filter.values.length === 0) return 'false';
      const typed = comparable(column);
      return `${typed.left} IN (${filter.values.map((value) => typed.right(bind(value))).join(', ')})`;
    }
    default: {
      const typed = comparable(column);
      return `${typed.left} ${filter.op} ${typed.right(bind(filter.value))}`;
    }
  }
}

/** Both sides of a comparison. Text and whatever has no literal of its own compare as text. */
function comparable(column: ResultColumn): { readonly left: string; readonly right: (value: string) => string } {
  const name = quoteName(column.name);
  if (PLAIN_TYPE.test(column.type)) return { left: name, right: (value) => `CAST(${value} AS ${column.type})` };
  return { left: `CAST(${name} AS VARCHAR)`, right: (value) => `CAST(${value} AS VARCHAR)` };
}

const PLAIN_TYPE =
  /^(?:BOOLEAN|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\s*\d+\)|DATE|TIME|TIMESTAMP(?:_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE|TIME WITH TIME ZONE|INTERVAL|UUID)$/;

/**
 * The order as SQL. Values without an order come last either way, and rows that are equal keep
 * the order of the result.
 */
export function orderClause(sort: readonly ResultSort[], columns: readonly ResultColumn[]): string {
  if (sort.length === 0) return ' ORDER BY rowid';
  const terms = sort.map(
    ({ column, descending }) =>
      `${quoteName(columnOf(column, columns).name)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`,
  );
  return ` ORDER BY ${terms.join(', ')}, rowid`;
}

function columnOf(name: string, columns: readonly ResultColumn[]): ResultColumn {
  const column = columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const names = columns.map((candidate) => candidate.name);
  const near = nearest(name, names, 1)[0];
  throw new DaybookError('no_such_column', `The result has no column “${name}”.`, {
    action: near === undefined ? `It has ${names.map((each) => `“${each}”`).join(', ')}.` : `Did you mean “${near}”?`,
  });
}
