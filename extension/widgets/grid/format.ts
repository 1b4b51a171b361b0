import type { JsonCell } from '@daybook/shared/results/bundle';
import type { ResultColumn } from '@daybook/shared/results/window';
import { type ColumnKind, isNumeric, kindOf } from './kind.ts';
import { precisionOf, timestamp } from './moment.ts';
import { decimalsFor, fixed, groupDigits } from './number.ts';

/** Longest text put into a cell; the rest is in the title and in copies. */
const LONGEST = 300;

/** How one column's values are drawn. */
export interface ColumnFormat {
  readonly column: ResultColumn;
  readonly kind: ColumnKind;
  readonly numeric: boolean;
  /** What stands in the cell; null reads `null`. */
  text(value: JsonCell): string;
  /** The whole value, for the title and for copies; null is empty. */
  full(value: JsonCell): string;
}

/** Chooses how a column is drawn from its type, its name and a sample of its values. */
export function formatOf(column: ResultColumn, sample: readonly JsonCell[]): ColumnFormat {
  const kind = kindOf(column.type);
  const show = shower(column, kind, sample);
  return {
    column,
    kind,
    numeric: isNumeric(kind),
    text: (value) => (value === null || value === undefined ? 'null' : clip(show(value))),
    full,
  };
}

/** Number behind a cell of a numeric column, for bars; `undefined` where there is none. */
export function numberOf(value: JsonCell): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Numbers of a list cell, for a sparkline; `undefined` when it is not a list of two or more numbers. */
export function numbersOf(value: JsonCell): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length < 2) return undefined;
  const numbers: number[] = [];
  for (const item of value) {
    const number = item === null ? 0 : typeof item === 'number' ? item : undefined;
    if (number === undefined || !Number.isFinite(number)) return undefined;
    numbers.push(number);
  }
  return numbers;
}

function shower(column: ResultColumn, kind: ColumnKind, sample: readonly JsonCell[]): (value: JsonCell) => string {
  switch (kind) {
    case 'integer':
      // Years and keys are names made of digits: separators would make them harder to read.
      if (/(^|_)(year|yr|id|key|zip|code)$/i.test(column.name) || /[a-z](Year|Id)$/.test(column.name)) {
        return (value) => full(value).replace(/^-/, '−');
      }
      return (value) => groupDigits(full(value)).replace(/^-/, '−');
    case 'decimal':
      return (value) => groupDigits(full(value)).replace(/^-/, '−');
    case 'float': {
      const decimals = decimalsFor(sample.filter((value) => typeof value === 'number'));
      return (value) => (typeof value === 'number' ? fixed(value, decimals) : special(full(value)));
    }
    case 'timestamp': {
      const precision = precisionOf(sample.filter((value) => typeof value === 'string'));
      return (value) => (typeof value === 'string' ? timestamp(value, precision) : full(value));
    }
    default:
      return full;
  }
}

function special(text: string): string {
  return text === 'Infinity' ? '∞' : text === '-Infinity' ? '−∞' : text;
}

function full(value: JsonCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function clip(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
