import { DaybookError } from '@daybook/shared/errors/error';
import { packArrow } from './arrow-vector.ts';
import type { FixedType, PackedColumn, TablePayload } from './payload.ts';
import { type SourceColumn, type TableSource, tableSource } from './recognise.ts';
import { fixed, type Packed, packValues } from './values.ts';

export interface PackedTable {
  readonly payload: TablePayload;
  /** Rows of the whole table. */
  readonly total: number;
  /** What the user should know of columns that SQL sees otherwise than they are. */
  readonly notes: readonly string[];
}

const NOT_A_TABLE =
  'Use an array of objects, an object of arrays, an Arrow, arquero or danfo table, or a relation made with sql`…`.';

/**
 * Reads a table of any kind, at most `most` rows of it. `label` names it in errors: “The variable
 * “x””. Fails with `not_a_table`.
 */
export function packTable(value: unknown, label: string, most = Number.POSITIVE_INFINITY): PackedTable {
  try {
    const source = tableSource(value);
    if (source === undefined) throw new DaybookError('not_a_table', `is ${describeValue(value)}, not a table`);
    return pack(source, most);
  } catch (cause) {
    if (cause instanceof DaybookError && cause.code !== 'not_a_table') throw cause;
    const what = cause instanceof DaybookError ? cause.message : `cannot be read as a table: ${String(cause)}`;
    throw new DaybookError('not_a_table', `${label} ${what}.`, { action: NOT_A_TABLE, cause });
  }
}

function pack(source: TableSource, most: number): PackedTable {
  const rows = Math.min(source.rows, most);
  const notes: string[] = [];
  const taken = new Set<string>();
  const columns: PackedColumn[] = [];
  for (const column of source.columns) {
    const packed = packColumn(column, rows);
    if (packed.note !== undefined) notes.push(packed.note);
    if (packed.column !== undefined) columns.push({ ...packed.column, name: freeName(packed.column.name, taken) });
  }
  if (columns.length === 0) throw new DaybookError('not_a_table', 'has no columns with values for SQL');
  return { payload: { rows, columns }, total: source.rows, notes };
}

function packColumn(column: SourceColumn, rows: number): Packed {
  try {
    if (column.kind === 'typed') return { column: typed(column, rows), note: undefined };
    if (column.kind === 'values') {
      const values = column.read();
      return packValues(column.name, values.length > rows ? values.slice(0, rows) : values);
    }
    const { vector } = column;
    return packArrow(column.name, vector.length > rows ? slice(vector, rows) : vector);
  } catch (cause) {
    if (cause instanceof DaybookError) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new DaybookError('not_a_table', `has a column “${column.name}” that cannot be read: ${what}`, { cause });
  }
}

function slice<T>(vector: T, rows: number): T {
  return (vector as T & { slice(from: number, to: number): T }).slice(0, rows);
}

const TYPED: Readonly<Record<string, FixedType>> = {
  Int8Array: 'TINYINT',
  Uint8Array: 'UTINYINT',
  Uint8ClampedArray: 'UTINYINT',
  Int16Array: 'SMALLINT',
  Uint16Array: 'USMALLINT',
  Int32Array: 'INTEGER',
  Uint32Array: 'UINTEGER',
  Float32Array: 'FLOAT',
  Float64Array: 'DOUBLE',
  BigInt64Array: 'BIGINT',
  BigUint64Array: 'UBIGINT',
};

/** A copy: the buffer is handed over, and the array stays the user's. */
function typed({ name, values }: Extract<SourceColumn, { kind: 'typed' }>, rows: number): PackedColumn {
  const tag = String(Reflect.get(values, Symbol.toStringTag));
  const type = TYPED[tag];
  const width = values.byteLength / Math.max(1, values.length);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, Math.min(rows, values.length) * width).slice();
  if (type === undefined) throw new TypeError(`${tag} is not supported`);
  return { name, ...fixed(type, bytes) };
}

/** SQL compares names without case and has none that is empty. */
function freeName(name: string, taken: Set<string>): string {
  const wanted = name === '' ? 'column' : name.replaceAll('\0', ' ');
  let free = wanted;
  for (let number = 1; taken.has(free.toLowerCase()); number++) free = `${wanted}_${number}`;
  taken.add(free.toLowerCase());
  return free;
}

/** A value's kind in words: `a number`, `a Promise (await it first)`. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (value instanceof Promise) return 'a Promise (await it first)';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object of type ${name}` : 'an object';
}
