import { assertNever } from '@daybook/shared/errors/error';
import type { ResultFilter, ResultSort } from '@daybook/shared/results/window';
import { type ColumnKind, isNumeric } from './kind.ts';

/** What the grid asks of the whole result. */
export interface GridQuery {
  readonly sort: readonly ResultSort[];
  readonly filter: readonly ResultFilter[];
}

export const NEUTRAL: GridQuery = { sort: [], filter: [] };

export function isNeutral(query: GridQuery): boolean {
  return query.sort.length === 0 && query.filter.length === 0;
}

/** A click on a header: ascending, descending, none. With `add`, beside the other sorted columns. */
export function toggleSort(query: GridQuery, column: string, add = false): GridQuery {
  const now = query.sort.find((sort) => sort.column === column);
  const others = add ? query.sort.filter((sort) => sort.column !== column) : [];
  if (now === undefined) return { ...query, sort: [...others, { column, descending: false }] };
  return { ...query, sort: now.descending ? others : [...others, { column, descending: true }] };
}

/** Sets a column's condition, replacing the one it had. */
export function setFilter(query: GridQuery, filter: ResultFilter): GridQuery {
  return { ...query, filter: [...query.filter.filter(({ column }) => column !== filter.column), filter] };
}

export function dropFilter(query: GridQuery, column: string): GridQuery {
  return { ...query, filter: query.filter.filter((filter) => filter.column !== column) };
}

export type FilterOp = ResultFilter['op'];

const WORDS: Record<FilterOp, string> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
  contains: 'contains',
  starts: 'starts with',
  null: 'is null',
  notnull: 'is not null',
  in: 'is one of',
};

export function opLabel(op: FilterOp, kind: ColumnKind): string {
  if (kind === 'date' || kind === 'timestamp' || kind === 'time') {
    if (op === '<') return 'before';
    if (op === '>') return 'after';
    if (op === '<=') return 'until';
    if (op === '>=') return 'from';
  }
  return WORDS[op];
}

/** Conditions that make sense for a kind, the likeliest first. */
export function opsFor(kind: ColumnKind): readonly FilterOp[] {
  switch (kind) {
    case 'integer':
    case 'float':
    case 'decimal':
    case 'interval':
      return ['>=', '<=', '=', '!=', '>', '<', 'null', 'notnull'];
    case 'date':
    case 'time':
    case 'timestamp':
      return ['>=', '<', '=', '!=', 'null', 'notnull'];
    case 'boolean':
      return ['=', 'null', 'notnull'];
    case 'text':
      return ['contains', '=', '!=', 'starts', 'null', 'notnull'];
    case 'list':
    case 'nested':
    case 'blob':
      return ['null', 'notnull'];
    default:
      return assertNever(kind);
  }
}

/** A condition from what was typed, or a sentence saying what is wrong with it. */
export function parseFilter(column: string, op: FilterOp, typed: string, kind: ColumnKind): ResultFilter | string {
  if (op === 'null' || op === 'notnull') return { column, op };
  if (op === 'in') return { column, op, values: typed.split(',').map((part) => part.trim()) };
  const text = kind === 'text' ? typed : typed.trim();
  if (text === '') return 'Type a value.';
  if (kind === 'boolean') return { column, op, value: text === 'true' };
  if (!isNumeric(kind)) return { column, op, value: text };
  const numeral = text.replaceAll(/[,\s_]/g, '').replace('−', '-');
  const number = Number(numeral);
  if (!Number.isFinite(number)) return `“${text}” is not a number.`;
  // Beyond 2^53 a number would be rounded before the engine compares it; the numeral is not.
  return { column, op, value: Number.isInteger(number) && !Number.isSafeInteger(number) ? numeral : number };
}

/** A condition in words, as its chip reads: `delay at least 15`. */
export function filterText(filter: ResultFilter, kind: ColumnKind): string {
  const start = `${filter.column} ${opLabel(filter.op, kind)}`;
  if ('values' in filter) return `${start} ${filter.values.join(', ')}`;
  return 'value' in filter ? `${start} ${filter.value}` : start;
}
