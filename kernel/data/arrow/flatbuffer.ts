/**
 * A writer for the few FlatBuffers shapes that Arrow messages use.
 *
 * A message is described as a tree of nodes and laid out front to back: every table is preceded
 * by its vtable and followed by what it refers to, so all offsets point forward, as the format
 * demands. Tables start on 8-byte boundaries, which aligns every scalar in them.
 */
export type FlatNode = FlatTable | FlatVector | FlatStructs | FlatString;

export interface FlatTable {
  readonly shape: 'table';
  /** By field id; `undefined` leaves the field at its default. */
  readonly fields: readonly (FlatScalar | FlatNode | undefined)[];
}

export interface FlatScalar {
  readonly shape: 'scalar';
  readonly size: 1 | 2 | 4 | 8;
  readonly value: number;
}

/** A vector of tables. */
export interface FlatVector {
  readonly shape: 'vector';
  readonly items: readonly FlatTable[];
}

/** A vector of structs, each two 64-bit integers (Arrow's `FieldNode`, and `Buffer`). */
export interface FlatStructs {
  readonly shape: 'structs';
  readonly pairs: readonly (readonly [number, number])[];
}

export interface FlatString {
  readonly shape: 'string';
  readonly text: string;
}

export const table = (...fields: FlatTable['fields']): FlatTable => ({ shape: 'table', fields });
export const vector = (items: readonly FlatTable[]): FlatVector => ({ shape: 'vector', items });
export const structs = (pairs: FlatStructs['pairs']): FlatStructs => ({ shape: 'structs', pairs });
export const text = (value: string): FlatString => ({ shape: 'string', text: value });
export const int8 = (value: number): FlatScalar => ({ shape: 'scalar', size: 1, value });
export const int16 = (value: number): FlatScalar => ({ shape: 'scalar', size: 2, value });
export const int32 = (value: number): FlatScalar => ({ shape: 'scalar', size: 4, value });
export const int64 = (value: number): FlatScalar => ({ shape: 'scalar', size: 8, value });
export const bool = (value: boolean): FlatScalar => int8(value ? 1 : 0);

const utf8 = new TextEncoder();

/** Bytes of a finished buffer with `root` as its root table, padded to a multiple of 8. */
export function writeFlatbuffer(root: FlatTable): Uint8Array {
  const writer = new Writer();
  writer.skip(4);
  const at = writer.node(root);
  writer.view.setUint32(0, at, true);
  writer.align(8);
  return writer.bytes.slice(0, writer.length);
}

class Writer {
  bytes = new Uint8Array(1024);
  view = new DataView(this.bytes.buffer);
  length = 0;

  skip(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }

  align(to: number, before = 0): void {
    this.skip((to - ((this.length + before) % to)) % to);
  }

  node(node: FlatNode): number {
    switch (node.shape) {
      case 'table':
        return this.table(node);
      case 'vector':
        return this.vector(node);
      case 'structs':
        return this.structs(node);
      case 'string':
        return this.string(node);
    }
  }

  private table({ fields }: FlatTable): number {
    const slots = fields.map((field) => (field === undefined ? 0 : field.shape === 'scalar' ? field.size : 4));
    const places = placeInline(slots);
    this.align(2);
    const vtable = this.skip(4 + 2 * fields.length);
    this.align(8);
    const start = this.skip(places.size);
    this.view.setUint16(vtable, 4 + 2 * fields.length, true);
    this.view.setUint16(vtable + 2, places.size, true);
    this.view.setInt32(start, start - vtable, true);
    for (const [id, field] of fields.entries()) {
      const place = places.offsets[id] ?? 0;
      if (field === undefined) continue;
      this.view.setUint16(vtable + 4 + 2 * id, place, true);
      if (field.shape === 'scalar') this.scalar(start + place, field);
      else this.refer(start + place, field);
    }
    return start;
  }

  private vector({ items }: FlatVector): number {
    this.align(4);
    const start = this.skip(4 + 4 * items.length);
    this.view.setUint32(start, items.length, true);
    for (const [index, item] of items.entries()) this.refer(start + 4 + 4 * index, item);
    return start;
  }

  private structs({ pairs }: FlatStructs): number {
    this.align(8, 4);
    const start = this.skip(4 + 16 * pairs.length);
    this.view.setUint32(start, pairs.length, true);
    for (const [index, [first, second]] of pairs.entries()) {
      this.scalar(start + 4 + 16 * index, int64(first));
      this.scalar(start + 12 + 16 * index, int64(second));
    }
    return start;
  }

  private string({ text: value }: FlatString): number {
    const encoded = utf8.encode(value);
    this.align(4);
    const start = this.skip(4 + encoded.length + 1);
    this.view.setUint32(start, encoded.length, true);
    this.bytes.set(encoded, start + 4);
    return start;
  }

  private refer(at: number, node: FlatNode): void {
    const place = this.node(node);
    this.view.setUint32(at, place - at, true);
  }

  private scalar(at: number, { size, value }: FlatScalar): void {
    if (size === 1) this.view.setInt8(at, value);
    else if (size === 2) this.view.setInt16(at, value, true);
    else if (size === 4) this.view.setInt32(at, value, true);
    else this.view.setBigInt64(at, BigInt(value), true);
  }
}

/** Places inline fields behind the table's own 4-byte offset, widest first so none is misaligned. */
function placeInline(sizes: readonly number[]): { readonly offsets: readonly number[]; readonly size: number } {
  const offsets = sizes.map(() => 0);
  let at = 4;
  for (const size of [8, 4, 2, 1]) {
    for (const [id, wanted] of sizes.entries()) {
      if (wanted !== size) continue;
      at = Math.ceil(at / size) * size;
      offsets[id] = at;
      at += size;
    }
  }
  return { offsets, size: at };
}
