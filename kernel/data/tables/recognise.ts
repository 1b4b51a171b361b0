import { DaybookError } from '@daybook/shared/errors/error';
import type { ArrowVector } from './arrow-vector.ts';
import { isDate } from './nothing.ts';

/** One column of a JavaScript value that is a table. */
export type SourceColumn = { readonly name: string } & (
  | { readonly kind: 'arrow'; readonly vector: ArrowVector }
  | { readonly kind: 'typed'; readonly values: ArrayBufferView & ArrayLike<number | bigint> }
  | { readonly kind: 'values'; read(): readonly unknown[] }
);

/** A JavaScript value as a table, not read yet. */
export interface TableSource {
  readonly rows: number;
  readonly columns: readonly SourceColumn[];
}

/** Values that are tables by their nature; arrays of anything may be one too. */
export function isDataFrame(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return isArrowTable(value) || isArquero(value) || isDanfo(value);
  } catch {
    // A proxy may answer every question with an error.
    return false;
  }
}

/**
 * What kinds of values are tables: an array of objects (or of single values), an object of arrays
 * of one length, an Arrow table, an arquero table, a danfo DataFrame. Otherwise undefined. Reads no
 * cell yet. Fails with `not_a_table` where it is one in form and cannot be one in fact.
 */
export function tableSource(value: unknown): TableSource | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return ofRows(value);
  if (isArrowTable(value)) return ofArrow(value);
  if (isArquero(value)) return ofArquero(value);
  if (isDanfo(value)) return ofDanfo(value);
  return isTyped(value)
    ? { rows: value.length, columns: [{ name: 'value', kind: 'typed', values: value }] }
    : ofColumns(value);
}

/** Rows that are looked at for names one by one before they are looked up in a set. */
function ofRows(rows: readonly unknown[]): TableSource {
  const names = new Set<string>();
  let single = false;
  let objects = false;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (row === null || row === undefined) continue;
    if (typeof row !== 'object' || Array.isArray(row) || isDate(row) || ArrayBuffer.isView(row)) {
      single = true;
      continue;
    }
    objects = true;
    for (const name in row) if (!names.has(name) && Object.hasOwn(row, name)) names.add(name);
    if (names.size > MOST_COLUMNS) throw notATable(`has objects with more than ${MOST_COLUMNS} different keys`);
  }
  if (single && objects) throw notATable('mixes objects with other values');
  if (single) return { rows: rows.length, columns: [{ name: 'value', kind: 'values', read: () => rows }] };
  if (names.size === 0)
    throw notATable(rows.length === 0 ? 'is an empty array, which has no columns' : 'has no columns');
  return {
    rows: rows.length,
    columns: [...names].map((name) => ({ name, kind: 'values', read: () => cellsOf(rows, name) })),
  };
}

const MOST_COLUMNS = 10_000;

function cellsOf(rows: readonly unknown[], name: string): unknown[] {
  // `constructor` and the like are there in every object; only a row's own count.
  const inherited = name in Object.prototype;
  const cells = new Array<unknown>(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Record<string, unknown> | null | undefined;
    try {
      cells[index] = row === null || row === undefined || (inherited && !Object.hasOwn(row, name)) ? null : row[name];
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      throw notATable(`cannot be read at row ${index}, “${name}”: ${what}`, cause);
    }
  }
  return cells;
}

function ofColumns(value: object): TableSource | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined;
  const entries = Object.entries(value) as [string, ArrayLike<unknown>][];
  const [first] = entries;
  if (first === undefined || !entries.every(([, column]) => Array.isArray(column) || isTyped(column))) return undefined;
  const rows = first[1].length;
  const other = entries.find(([, column]) => column.length !== rows);
  if (other !== undefined) {
    throw notATable(
      `has columns of different lengths: “${first[0]}” has ${rows} values, “${other[0]}” ${other[1].length}`,
    );
  }
  return { rows, columns: entries.map(([name, column]) => arrayColumn(name, column)) };
}

function arrayColumn(name: string, column: unknown): SourceColumn {
  if (isTyped(column)) return { name, kind: 'typed', values: column };
  return { name, kind: 'values', read: () => column as readonly unknown[] };
}

interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChildAt(index: number): ArrowVector | null;
}

function isArrowTable(value: object): value is ArrowTable {
  const { numRows, schema, getChildAt } = value as Partial<ArrowTable>;
  return typeof numRows === 'number' && typeof getChildAt === 'function' && Array.isArray(schema?.fields);
}

function ofArrow(table: ArrowTable): TableSource {
  if (table.schema.fields.length === 0) throw notATable('has no columns');
  const columns = table.schema.fields.map(({ name }, index): SourceColumn => {
    const vector = table.getChildAt(index);
    return vector === null
      ? { name, kind: 'values', read: () => new Array<unknown>(table.numRows) }
      : { name, kind: 'arrow', vector };
  });
  return { rows: table.numRows, columns };
}

interface ArqueroTable {
  numRows(): number;
  columnNames(): string[];
  isFiltered(): boolean;
  isOrdered(): boolean;
  reify(): ArqueroTable;
  data(): Record<string, ArrayLike<unknown> & { at(row: number): unknown }>;
}

function isArquero(value: object): value is ArqueroTable {
  const { numRows, columnNames, reify, data } = value as Partial<ArqueroTable>;
  return [numRows, columnNames, reify, data].every((method) => typeof method === 'function');
}

function ofArquero(table: ArqueroTable): TableSource {
  const whole = table.isFiltered() || table.isOrdered() ? table.reify() : table;
  const rows = whole.numRows();
  const data = whole.data();
  const names = whole.columnNames();
  if (names.length === 0) throw notATable('has no columns');
  const columns = names.map((name): SourceColumn => {
    const column = data[name];
    if (Array.isArray(column) || isTyped(column)) return arrayColumn(name, column);
    return { name, kind: 'values', read: () => Array.from({ length: rows }, (_, row) => column?.at(row)) };
  });
  return { rows, columns };
}

interface DanfoFrame {
  readonly $columns: readonly string[];
  readonly $dtypes: readonly string[];
  readonly $isSeries: boolean;
  readonly $data: readonly unknown[];
  readonly $dataIncolumnFormat: readonly (readonly unknown[])[];
}

function isDanfo(value: object): value is DanfoFrame {
  const { $columns, $dtypes, $data } = value as Partial<DanfoFrame>;
  return [$columns, $dtypes, $data].every(Array.isArray);
}

/** Danfo marks what is missing with NaN, in columns of any kind. */
function ofDanfo({ $columns, $data, $isSeries, $dataIncolumnFormat }: DanfoFrame): TableSource {
  if ($columns.length === 0) throw notATable('has no columns');
  const present = (values: readonly unknown[]): unknown[] => values.map((each) => (Number.isNaN(each) ? null : each));
  const columns = $columns.map(
    (name, index): SourceColumn => ({
      name: String(name),
      kind: 'values',
      read: () => {
        if ($isSeries) return present($data);
        return present($dataIncolumnFormat[index] ?? $data.map((row) => (row as readonly unknown[])[index]));
      },
    }),
  );
  return { rows: $data.length, columns };
}

function isTyped(value: unknown): value is ArrayBufferView & ArrayLike<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** `what` completes “The variable “x” …”. */
function notATable(what: string, cause?: unknown): DaybookError {
  return new DaybookError('not_a_table', what, { cause });
}
