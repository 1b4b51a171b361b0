import {
  bool,
  type FlatTable,
  int8,
  int16,
  int32,
  int64,
  structs,
  table,
  text,
  vector,
  writeFlatbuffer,
} from './flatbuffer.ts';
import type { ArrowField, ArrowType, TimeUnit } from './types.ts';

/**
 * Messages of the Arrow IPC streaming format, metadata version 5
 * (arrow.apache.org/docs/format/Columnar.html, Message.fbs and Schema.fbs). Field ids below are
 * the positions in those tables.
 */
const VERSION_5 = 4;
const HEADER = { schema: 1, dictionary: 2, record: 3 } as const;
const UNITS: Record<TimeUnit, number> = { s: 0, ms: 1, us: 2, ns: 3 };

/** Lengths and null counts of the columns in depth-first order, and where their buffers lie. */
export interface BatchLayout {
  readonly length: number;
  readonly nodes: readonly (readonly [length: number, nulls: number])[];
  readonly buffers: readonly (readonly [offset: number, bytes: number])[];
  readonly bodyBytes: number;
}

export const END_OF_STREAM = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);

export function schemaMessage(fields: readonly ArrowField[]): Uint8Array {
  return message(HEADER.schema, table(int16(0), vector(fields.map(fieldTable))), 0);
}

export function recordMessage(layout: BatchLayout): Uint8Array {
  return message(HEADER.record, recordTable(layout), layout.bodyBytes);
}

export function dictionaryMessage(id: number, layout: BatchLayout): Uint8Array {
  return message(HEADER.dictionary, table(int64(id), recordTable(layout)), layout.bodyBytes);
}

function recordTable(layout: BatchLayout): FlatTable {
  return table(int64(layout.length), structs(layout.nodes), structs(layout.buffers));
}

/** Continuation marker, length, metadata padded to 8: the body follows directly. */
function message(kind: number, header: FlatTable, bodyBytes: number): Uint8Array {
  const metadata = writeFlatbuffer(table(int16(VERSION_5), int8(kind), header, int64(bodyBytes)));
  const bytes = new Uint8Array(8 + metadata.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xffffffff, true);
  view.setInt32(4, metadata.length, true);
  bytes.set(metadata, 8);
  return bytes;
}

function fieldTable(field: ArrowField): FlatTable {
  const [id, type] = typeTable(field.type);
  return table(
    text(field.name),
    bool(field.nullable),
    int8(id),
    type,
    field.type.kind === 'dictionary'
      ? table(int64(field.type.id), table(int32(field.type.bits), bool(false)), bool(false))
      : undefined,
    vector(field.children.map(fieldTable)),
  );
}

/** The type's number in the `Type` union of Schema.fbs, and its table. */
function typeTable(type: ArrowType): [number, FlatTable] {
  switch (type.kind) {
    case 'null':
      return [1, table()];
    case 'int':
      return [2, table(int32(type.bits), bool(type.signed))];
    case 'float':
      return [3, table(int16(type.bits === 32 ? 1 : 2))];
    case 'binary':
      return [4, table()];
    case 'utf8':
    case 'dictionary':
      return [5, table()];
    case 'bool':
      return [6, table()];
    case 'decimal':
      return [7, table(int32(type.precision), int32(type.scale), int32(type.bits))];
    case 'date':
      return [8, table(int16(0))];
    case 'time':
      return [9, table(int16(UNITS[type.unit]), int32(64))];
    case 'timestamp':
      return [10, table(int16(UNITS[type.unit]), type.zone === undefined ? undefined : text(type.zone))];
    case 'interval':
      return [11, table(int16(2))];
    case 'list':
      return [12, table()];
    case 'struct':
      return [13, table()];
    case 'fixed-list':
      return [16, table(int32(type.size))];
    case 'map':
      return [17, table(bool(false))];
  }
}
