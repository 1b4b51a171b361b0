import { isDate } from './nothing.ts';

/**
 * The SQL type of objects and arrays in a column. They travel as JSON text, which DuckDB turns into
 * the type; `json` where shapes do not agree.
 */
export type NestedType =
  | { readonly kind: 'null' | 'json' }
  | { readonly kind: 'scalar'; readonly sql: string }
  | { readonly kind: 'list'; readonly item: NestedType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, NestedType> };

/** Levels of a type, and fields of a struct; what goes beyond stays JSON. */
const DEEPEST = 16;
const MOST_FIELDS = 100;

const JSON_TYPE: NestedType = { kind: 'json' };
const NULL_TYPE: NestedType = { kind: 'null' };
const RANK = ['INTEGER', 'BIGINT', 'HUGEINT', 'DOUBLE'];
const INT32 = 2 ** 31;
const INT64 = 2n ** 63n;
const INT128 = 2n ** 127n;

/** The one type that all values have. */
export function nestedType(values: Iterable<unknown>): NestedType {
  let type = NULL_TYPE;
  for (const value of values) {
    type = common(type, typeOf(value, 0));
    if (type.kind === 'json') return type;
  }
  return type;
}

/** How the JSON text of such values becomes the type. */
export function castOf(type: NestedType): { readonly sql: string } | { readonly structure: string } {
  return type.kind === 'json' ? { sql: 'JSON' } : { structure: JSON.stringify(structureOf(type)) };
}

function structureOf(type: NestedType): unknown {
  switch (type.kind) {
    case 'null':
      return 'INTEGER';
    case 'json':
      return 'JSON';
    case 'scalar':
      return type.sql;
    case 'list':
      return [structureOf(type.item)];
    case 'struct':
      return fromEntries([...type.fields].map(([name, field]) => [name, structureOf(field)]));
  }
}

function typeOf(value: unknown, depth: number): NestedType {
  switch (typeof value) {
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return scalar('DOUBLE');
      return scalar(value >= -INT32 && value < INT32 ? 'INTEGER' : 'BIGINT');
    case 'bigint':
      if (value >= -INT64 && value < INT64) return scalar('BIGINT');
      return value >= -INT128 && value < INT128 ? scalar('HUGEINT') : scalar('VARCHAR');
    case 'string':
      return scalar('VARCHAR');
    case 'boolean':
      return scalar('BOOLEAN');
    case 'object':
      return value === null ? NULL_TYPE : objectType(value, depth);
    default:
      return NULL_TYPE;
  }
}

function scalar(sql: string): NestedType {
  return { kind: 'scalar', sql };
}

function objectType(value: object, depth: number): NestedType {
  if (isDate(value)) return scalar('TIMESTAMP');
  if (depth >= DEEPEST) return JSON_TYPE;
  const items = itemsOf(value);
  if (items !== undefined) {
    let item = NULL_TYPE;
    for (const each of items) item = common(item, typeOf(each, depth + 1));
    return { kind: 'list', item };
  }
  const fields = new Map<string, NestedType>();
  const names = new Set<string>();
  for (const [name, each] of entriesOf(value)) {
    if (name === '' || names.has(name.toLowerCase())) return JSON_TYPE;
    names.add(name.toLowerCase());
    fields.set(name, typeOf(each, depth + 1));
  }
  return fields.size === 0 || fields.size > MOST_FIELDS ? JSON_TYPE : { kind: 'struct', fields };
}

function common(a: NestedType, b: NestedType): NestedType {
  if (a.kind === 'null') return b;
  if (b.kind === 'null') return a;
  if (a.kind === 'scalar' && b.kind === 'scalar') return commonScalar(a, b);
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', item: common(a.item, b.item) };
  if (a.kind !== 'struct' || b.kind !== 'struct') return JSON_TYPE;
  const fields = new Map(a.fields);
  for (const [name, type] of b.fields) fields.set(name, common(fields.get(name) ?? NULL_TYPE, type));
  const distinct = new Set([...fields.keys()].map((name) => name.toLowerCase()));
  return fields.size > MOST_FIELDS || distinct.size < fields.size ? JSON_TYPE : { kind: 'struct', fields };
}

function commonScalar(a: { readonly sql: string }, b: { readonly sql: string }): NestedType {
  if (a.sql === b.sql) return scalar(a.sql);
  const [left, right] = [RANK.indexOf(a.sql), RANK.indexOf(b.sql)];
  return left === -1 || right === -1 ? JSON_TYPE : scalar(RANK[Math.max(left, right)] ?? 'DOUBLE');
}

/** JSON that DuckDB casts without loss: big integers and what is not finite as text. Fails on circles. */
export function nestedJson(value: unknown): string {
  return JSON.stringify(plain(value, []));
}

function plain(value: unknown, above: object[]): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'object':
      break;
    default:
      return typeof value === 'function' || typeof value === 'symbol' ? null : value;
  }
  if (value === null) return null;
  if (isDate(value))
    return Number.isNaN(value.getTime()) ? null : value.toISOString().replace('T', ' ').replace('Z', '');
  if (above.includes(value)) throw new TypeError('it contains itself');
  above.push(value);
  const items = itemsOf(value);
  const copy =
    items === undefined
      ? fromEntries(entriesOf(value).map(([name, each]) => [name, plain(each, above)]))
      : Array.from(items, (each) => plain(each, above));
  above.pop();
  return copy;
}

/** Unlike `Object.fromEntries` on a plain object, a key named `__proto__` is a key. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  const object: Record<string, unknown> = Object.create(null);
  for (const [name, value] of entries) object[name] = value;
  return object;
}

function itemsOf(value: object): Iterable<unknown> | undefined {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as unknown as Iterable<unknown>;
  // A nested Arrow vector.
  return 'toArray' in value && Symbol.iterator in value ? (value as Iterable<unknown>) : undefined;
}

function entriesOf(value: object): (readonly [string, unknown])[] {
  if (value instanceof Map) return [...value].map(([name, each]) => [String(name), each] as const);
  const own = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
  return typeof own === 'object' && own !== null ? Object.entries(own) : [];
}
