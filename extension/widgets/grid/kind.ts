/** What a column's values are, as far as drawing, comparing and asking about them goes. */
export type ColumnKind =
  | 'integer'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'text'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'interval'
  | 'blob'
  | 'list'
  | 'nested';

const KINDS: readonly (readonly [RegExp, ColumnKind])[] = [
  [/(\[\d*\])$/, 'list'],
  [/^LIST\b/, 'list'],
  [/^(STRUCT|MAP|UNION|VARIANT|JSON)\b/, 'nested'],
  [/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|INT\d*)$/, 'integer'],
  [/^(DOUBLE|FLOAT|REAL)/, 'float'],
  [/^(DECIMAL|NUMERIC|BIGNUM|VARINT)\b/, 'decimal'],
  [/^BOOL/, 'boolean'],
  [/^TIMESTAMP/, 'timestamp'],
  [/^DATE$/, 'date'],
  [/^TIME\b/, 'time'],
  [/^INTERVAL/, 'interval'],
  [/^(BLOB|BIT|BYTEA)/, 'blob'],
];

/** Kind of a DuckDB type name such as `DECIMAL(18,3)` or `BIGINT[]`; unknown types read as text. */
export function kindOf(type: string): ColumnKind {
  const name = type.trim().toUpperCase();
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'text';
}

export function isNumeric(kind: ColumnKind): boolean {
  return kind === 'integer' || kind === 'float' || kind === 'decimal';
}

/** Whether a histogram of equal-width bins can exist for the kind. */
export function isOrdered(kind: ColumnKind): boolean {
  return isNumeric(kind) || kind === 'date' || kind === 'timestamp' || kind === 'time';
}

/** The type as it stands under a column's name: short, without the fields of nested types. */
export function shortType(type: string): string {
  const name = type.trim();
  if (kindOf(name) === 'list') return 'LIST';
  const outer = /^(STRUCT|MAP|UNION|ENUM)\s*\(/i.exec(name)?.[1];
  if (outer !== undefined) return outer.toUpperCase();
  if (/^TIMESTAMP WITH TIME ZONE$/i.test(name)) return 'TIMESTAMPTZ';
  return name;
}
