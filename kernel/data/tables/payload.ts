/**
 * A table of JavaScript values on its way into DuckDB: columns as flat buffers, which cross to the
 * data worker without a copy.
 */
export interface TablePayload {
  readonly rows: number;
  readonly columns: readonly PackedColumn[];
}

export type PackedColumn = {
  readonly name: string;
  /** One bit per row from the least significant on, set where there is a value; absent when every row has one. */
  readonly validity?: Uint8Array<ArrayBuffer>;
  /**
   * What the loaded text is made into: digits become `sql`, a type; JSON becomes `structure`, as
   * `json_transform` takes it.
   */
  readonly cast?: { readonly sql: string } | { readonly structure: string };
} & (FixedValues | TextValues);

/** Values in DuckDB's own layout. */
export interface FixedValues {
  readonly kind: 'fixed';
  readonly type: FixedType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Texts or blobs, one after the other; with `codes`, each row names one of them by number. */
export interface TextValues {
  readonly kind: 'text';
  readonly type: 'VARCHAR' | 'BLOB';
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each one begins, and where the last one ends. */
  readonly offsets: Float64Array<ArrayBuffer>;
  readonly codes?: Uint32Array<ArrayBuffer>;
}

/** Bytes of one value. */
export const FIXED_WIDTHS = {
  BOOLEAN: 1,
  TINYINT: 1,
  UTINYINT: 1,
  SMALLINT: 2,
  USMALLINT: 2,
  INTEGER: 4,
  UINTEGER: 4,
  FLOAT: 4,
  DATE: 4,
  BIGINT: 8,
  UBIGINT: 8,
  DOUBLE: 8,
  TIME: 8,
  TIMESTAMP: 8,
  TIMESTAMP_S: 8,
  TIMESTAMP_MS: 8,
  TIMESTAMP_NS: 8,
  TIMESTAMPTZ: 8,
  HUGEINT: 16,
} as const;
export type FixedType = keyof typeof FIXED_WIDTHS;

/** The buffers of a table, to be handed over rather than copied. */
export function buffersOf({ columns }: TablePayload): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const column of columns) {
    buffers.add(column.bytes.buffer);
    if (column.validity !== undefined) buffers.add(column.validity.buffer);
    if (column.kind === 'text') {
      buffers.add(column.offsets.buffer);
      if (column.codes !== undefined) buffers.add(column.codes.buffer);
    }
  }
  return [...buffers];
}
