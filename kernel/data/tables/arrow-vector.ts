import type { FixedType, PackedColumn } from './payload.ts';
import { type Packed, packValues } from './values.ts';

/** The part of an apache-arrow `Vector` that is read; recognised by shape, whatever copy made it. */
export interface ArrowVector {
  readonly length: number;
  readonly nullCount: number;
  readonly type: ArrowType;
  readonly data: readonly ArrowData[];
  get(row: number): unknown;
}

interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  readonly unit?: number;
  readonly timezone?: string | null;
  readonly dictionary?: ArrowType;
}

interface ArrowData {
  readonly length: number;
  readonly offset: number;
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array | null;
  readonly values: ArrayBufferView & ArrayLike<number | bigint>;
  readonly valueOffsets: Int32Array;
}

/** Type ids as the Arrow format numbers them in apache-arrow. */
const ID = { int: 2, float: 3, binary: 4, utf8: 5, bool: 6, decimal: 7, date: 8, time: 9, timestamp: 10 } as const;

/** An Arrow vector as a column: by copying its buffers where DuckDB has the same layout, else value by value. */
export function packArrow(name: string, vector: ArrowVector): Packed {
  const plain = fixedOf(vector.type);
  const column = plain === undefined ? textColumn(name, vector) : fixedColumn(name, vector, plain);
  if (column !== undefined) return { column, note: undefined };
  if (vector.type.typeId === ID.decimal) return { column: decimals(name, vector), note: undefined };
  return packValues(
    name,
    Array.from({ length: vector.length }, (_, row) => vector.get(row)),
  );
}

function fixedOf({ typeId, bitWidth, isSigned, precision, unit, timezone }: ArrowType): FixedType | undefined {
  switch (typeId) {
    case ID.int: {
      const signed = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' } as const;
      const type = signed[bitWidth as keyof typeof signed];
      return type === undefined || isSigned ? type : (`U${type}` as FixedType);
    }
    case ID.float:
      return precision === 2 ? 'DOUBLE' : precision === 1 ? 'FLOAT' : undefined;
    case ID.date:
      return unit === 0 ? 'DATE' : 'TIMESTAMP_MS';
    case ID.time:
      return unit === 2 ? 'TIME' : undefined;
    case ID.timestamp:
      if (timezone) return unit === 2 ? 'TIMESTAMPTZ' : undefined;
      return (['TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP', 'TIMESTAMP_NS'] as const)[unit ?? -1];
    case ID.bool:
      return 'BOOLEAN';
    default:
      return undefined;
  }
}

function fixedColumn(name: string, vector: ArrowVector, type: FixedType): PackedColumn {
  const base = { name, ...validityOf(vector) };
  if (type === 'BOOLEAN') {
    const bytes = new Uint8Array(vector.length);
    let at = 0;
    for (const { values, offset, length } of vector.data) {
      for (let row = 0; row < length; row++) bytes[at++] = bitAt(values as unknown as Uint8Array, offset + row);
    }
    return { ...base, kind: 'fixed', type, bytes };
  }
  const width = (vector.data[0]?.values.byteLength ?? 0) / Math.max(1, vector.data[0]?.values.length ?? 1);
  const bytes = new Uint8Array(vector.length * width);
  let at = 0;
  for (const { values, length } of vector.data) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, length * width), at);
    at += length * width;
  }
  return { ...base, kind: 'fixed', type, bytes };
}

function textColumn(name: string, vector: ArrowVector): PackedColumn | undefined {
  const { typeId } = vector.type;
  if (typeId !== ID.utf8 && typeId !== ID.binary) return undefined;
  const offsets = new Float64Array(vector.length + 1);
  const pieces: Uint8Array[] = [];
  let row = 0;
  let at = 0;
  for (const { values, valueOffsets, length } of vector.data) {
    const [from = 0, to = 0] = [valueOffsets[0], valueOffsets[length]];
    const bytes = values as unknown as Uint8Array;
    pieces.push(bytes.subarray(from, to));
    for (let index = 1; index <= length; index++) offsets[++row] = at + (valueOffsets[index] ?? 0) - from;
    at += to - from;
  }
  const bytes = new Uint8Array(at);
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  const type = typeId === ID.utf8 ? 'VARCHAR' : 'BLOB';
  return { name, ...validityOf(vector), kind: 'text', type, bytes, offsets };
}

/** Exact at any width: as text, cast to the decimal's own type. */
function decimals(name: string, vector: ArrowVector): PackedColumn {
  const { precision = 38, scale = 0 } = vector.type;
  const texts = Array.from({ length: vector.length }, (_, row) => decimalText(vector.get(row), scale));
  const packed = packValues(name, texts).column;
  if (packed === undefined) throw new RangeError('it holds no decimals');
  const sql =
    precision > 38 ? 'DOUBLE' : scale === 0 && precision === 38 ? 'HUGEINT' : `DECIMAL(${precision}, ${scale})`;
  return { ...packed, cast: { sql } };
}

function decimalText(value: unknown, scale: number): string | null {
  if (!(value instanceof Uint32Array)) return value === null || value === undefined ? null : String(value);
  let whole = 0n;
  for (const word of [...value].reverse()) whole = (whole << 32n) | BigInt(word);
  whole = BigInt.asIntN(value.length * 32, whole);
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return whole < 0n ? `-${text}` : text;
}

function validityOf(vector: ArrowVector): { validity?: Uint8Array<ArrayBuffer> } {
  if (vector.nullCount === 0) return {};
  const bits = new Uint8Array((vector.length + 7) >> 3);
  let at = 0;
  for (const { nullBitmap, nullCount, offset, length } of vector.data) {
    const all = nullCount === 0 || !nullBitmap || nullBitmap.length === 0;
    for (let row = 0; row < length; row++, at++) {
      if (all || bitAt(nullBitmap, offset + row) === 1) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  return { validity: bits };
}

function bitAt(bytes: Uint8Array, bit: number): number {
  return ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1;
}
