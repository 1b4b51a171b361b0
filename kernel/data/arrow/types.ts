import {
  type DuckDBArrayType,
  type DuckDBDecimalType,
  type DuckDBEnumType,
  type DuckDBListType,
  type DuckDBMapType,
  type DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';

/** The Arrow types this encoder writes. README.md has the table of what maps to what. */
export type ArrowType =
  | { readonly kind: 'null' | 'bool' | 'utf8' | 'binary' | 'date' | 'interval' | 'struct' | 'list' | 'map' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number; readonly bits: 128 | 256 }
  | { readonly kind: 'time'; readonly unit: TimeUnit }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly zone?: string }
  | { readonly kind: 'fixed-list'; readonly size: number }
  | {
      readonly kind: 'dictionary';
      readonly id: number;
      readonly bits: 8 | 16 | 32;
      readonly values: readonly string[];
    };

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: ArrowType;
  readonly children: readonly ArrowField[];
}

/** Fields for columns; dictionaries are numbered in the order they are met. */
export function arrowFields(names: readonly string[], types: readonly DuckDBType[]): ArrowField[] {
  const ids = { next: 0 };
  return types.map((type, index) => arrowField(names[index] ?? `column${index}`, type, ids));
}

function arrowField(name: string, type: DuckDBType, ids: { next: number }, nullable = true): ArrowField {
  return { name, nullable, type: arrowType(type, ids), children: childFields(type, ids) };
}

function childFields(type: DuckDBType, ids: { next: number }): ArrowField[] {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return [arrowField('item', (type as DuckDBListType).valueType, ids)];
    case DuckDBTypeId.ARRAY:
      return [arrowField('item', (type as DuckDBArrayType).valueType, ids)];
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return entryTypes.map((entry, index) => arrowField(entryNames[index] ?? '', entry, ids));
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      const pair = [arrowField('key', keyType, ids, false), arrowField('value', valueType, ids)];
      return [{ name: 'entries', nullable: false, type: { kind: 'struct' }, children: pair }];
    }
    default:
      return [];
  }
}

const INTS = new Map<DuckDBTypeId, ArrowType>([
  [DuckDBTypeId.TINYINT, { kind: 'int', bits: 8, signed: true }],
  [DuckDBTypeId.SMALLINT, { kind: 'int', bits: 16, signed: true }],
  [DuckDBTypeId.INTEGER, { kind: 'int', bits: 32, signed: true }],
  [DuckDBTypeId.BIGINT, { kind: 'int', bits: 64, signed: true }],
  [DuckDBTypeId.UTINYINT, { kind: 'int', bits: 8, signed: false }],
  [DuckDBTypeId.USMALLINT, { kind: 'int', bits: 16, signed: false }],
  [DuckDBTypeId.UINTEGER, { kind: 'int', bits: 32, signed: false }],
  [DuckDBTypeId.UBIGINT, { kind: 'int', bits: 64, signed: false }],
]);

function arrowType(type: DuckDBType, ids: { next: number }): ArrowType {
  const int = INTS.get(type.typeId);
  if (int !== undefined) return int;
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return { kind: 'null' };
    case DuckDBTypeId.BOOLEAN:
      return { kind: 'bool' };
    case DuckDBTypeId.FLOAT:
      return { kind: 'float', bits: 32 };
    case DuckDBTypeId.DOUBLE:
      return { kind: 'float', bits: 64 };
    case DuckDBTypeId.HUGEINT:
      return { kind: 'decimal', precision: 38, scale: 0, bits: 128 };
    case DuckDBTypeId.UHUGEINT:
      return { kind: 'decimal', precision: 39, scale: 0, bits: 256 };
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return { kind: 'decimal', precision: width, scale, bits: 128 };
    }
    case DuckDBTypeId.BLOB:
      return { kind: 'binary' };
    case DuckDBTypeId.DATE:
      return { kind: 'date' };
    case DuckDBTypeId.TIME:
      return { kind: 'time', unit: 'us' };
    case DuckDBTypeId.TIME_NS:
      return { kind: 'time', unit: 'ns' };
    case DuckDBTypeId.TIMESTAMP_S:
      return { kind: 'timestamp', unit: 's' };
    case DuckDBTypeId.TIMESTAMP_MS:
      return { kind: 'timestamp', unit: 'ms' };
    case DuckDBTypeId.TIMESTAMP:
      return { kind: 'timestamp', unit: 'us' };
    case DuckDBTypeId.TIMESTAMP_NS:
      return { kind: 'timestamp', unit: 'ns' };
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { kind: 'timestamp', unit: 'us', zone: 'UTC' };
    case DuckDBTypeId.INTERVAL:
      return { kind: 'interval' };
    case DuckDBTypeId.ENUM: {
      const { values } = type as DuckDBEnumType;
      return { kind: 'dictionary', id: ids.next++, bits: enumBits(values.length), values };
    }
    case DuckDBTypeId.LIST:
      return { kind: 'list' };
    case DuckDBTypeId.ARRAY:
      return { kind: 'fixed-list', size: (type as DuckDBArrayType).length };
    case DuckDBTypeId.STRUCT:
      return { kind: 'struct' };
    case DuckDBTypeId.MAP:
      return { kind: 'map' };
    default:
      return { kind: 'utf8' };
  }
}

/** Width of DuckDB's own codes for an enum of this size. */
export function enumBits(size: number): 8 | 16 | 32 {
  return size <= 0x100 ? 8 : size <= 0x10000 ? 16 : 32;
}
