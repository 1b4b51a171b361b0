/**
 * Reads a Yjs update (format 1) without building anything from it: what it adds, what each of its
 * structs hangs on, what it deletes. Counts that an update claims are worth nothing until that many
 * were read, so ten bytes cannot cost more than ten bytes.
 *
 * An update is a list of clients, each with a first clock and structs of ascending clocks, then a
 * set of deleted ranges. The first byte of a struct tells its kind: 0 is a collected range, 10 a
 * gap, everything else an item with content of that kind. Bits 8 and 7 say that the item names a
 * left and a right neighbour, whose parent it then shares; otherwise it names its parent, a root by
 * name or a type by id, and bit 6 the key below it.
 */
import { DaybookError } from '@daybook/shared/errors/error';
import * as decoding from 'lib0/decoding';

export interface Id {
  readonly client: number;
  readonly clock: number;
}

/** Kinds of content, by Yjs's numbers. */
export const CONTENT = {
  gc: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
} as const;

/** Kinds of shared types, by Yjs's numbers. */
export const TYPE = { array: 0, map: 1, text: 2 } as const;

export interface ScannedStruct extends Id {
  readonly length: number;
  readonly content: number;
  /** Of content `type`. */
  readonly type?: number;
  /** A neighbour, whose place it shares. */
  readonly beside?: Id;
  readonly rightBeside?: Id;
  /** Its parent, where it names one: a root or the item of a type. */
  readonly below?: string | Id;
  /** The key below the parent, where it names one. */
  readonly key?: string;
}

export interface ScannedUpdate {
  /** By client, clocks ascending; what is missing between two of them is a gap. */
  readonly structs: ReadonlyMap<number, readonly ScannedStruct[]>;
  readonly deletes: readonly (Id & { readonly length: number })[];
}

export interface ScanLimits {
  /** Structs and deleted ranges together. */
  readonly changes: number;
  /** Plain values: each number, string, list … inside of contents. */
  readonly values: number;
  /** Lists and objects within each other in one plain value. */
  readonly depth: number;
}

const SCAN_LIMITS: ScanLimits = { changes: 200_000, values: 1_000_000, depth: 200 };

/** Clocks and lengths beyond this are nobody's typing; sums stay exact far below 2⁵³. */
const LARGEST = 2 ** 40;
const LEFT = 0x80;
const RIGHT = 0x40;
const KEYED = 0x20;
const KIND = 0x1f;
const GAP = 10;

/** Fails with `too_complex` above the limits, and with any other error on what is not a whole update. */
export function scanUpdate(update: Uint8Array, limits: ScanLimits = SCAN_LIMITS): ScannedUpdate {
  return new Scanner(update, limits).scan();
}

class Scanner {
  readonly #in: decoding.Decoder;
  readonly #limits: ScanLimits;
  #changes = 0;
  #values = 0;

  constructor(update: Uint8Array, limits: ScanLimits) {
    this.#in = decoding.createDecoder(update);
    this.#limits = limits;
  }

  scan(): ScannedUpdate {
    const structs = new Map<number, readonly ScannedStruct[]>();
    for (let left = this.#uint(); left > 0; left -= 1) {
      const count = this.#uint();
      const client = this.#uint();
      // Yjs would read the first list and use only the last.
      if (structs.has(client)) throw new Error(`client ${client} is in the update twice`);
      structs.set(client, this.#structs(client, count));
    }
    const deletes: ScannedUpdate['deletes'][number][] = [];
    for (let left = this.#uint(); left > 0; left -= 1) {
      const client = this.#uint();
      for (let ranges = this.#uint(); ranges > 0; ranges -= 1) {
        this.#count();
        deletes.push({ client, clock: this.#size(), length: this.#size() });
      }
    }
    return { structs, deletes };
  }

  #structs(client: number, count: number): ScannedStruct[] {
    const structs: ScannedStruct[] = [];
    let clock = this.#size();
    for (let left = count; left > 0; left -= 1) {
      this.#count();
      const info = decoding.readUint8(this.#in);
      if (info === GAP) {
        clock += this.#size();
        continue;
      }
      const struct = (info & KIND) === 0 ? this.#collected(client, clock) : this.#item(client, clock, info);
      structs.push(struct);
      clock += struct.length;
      if (clock > LARGEST) throw new Error('a clock is out of range');
    }
    return structs;
  }

  #collected(client: number, clock: number): ScannedStruct {
    return { client, clock, length: this.#length(), content: CONTENT.gc };
  }

  #item(client: number, clock: number, info: number): ScannedStruct {
    const left = (info & LEFT) === 0 ? undefined : this.#id();
    const right = (info & RIGHT) === 0 ? undefined : this.#id();
    const named = left === undefined && right === undefined;
    const below = named ? (this.#uint() === 1 ? this.#string() : this.#id()) : undefined;
    const key = named && (info & KEYED) !== 0 ? this.#string() : undefined;
    const content = info & KIND;
    const { length, type } = this.#content(content);
    const beside = left ?? right;
    return {
      client,
      clock,
      length,
      content,
      ...(type === undefined ? {} : { type }),
      ...(beside === undefined ? {} : { beside }),
      ...(left === undefined || right === undefined ? {} : { rightBeside: right }),
      ...(below === undefined ? {} : { below }),
      ...(key === undefined ? {} : { key }),
    };
  }

  #content(content: number): { readonly length: number; readonly type?: number } {
    switch (content) {
      case CONTENT.deleted:
        return { length: this.#length() };
      case CONTENT.json:
        return { length: this.#times(() => this.#json(true)) };
      case CONTENT.binary:
        decoding.readVarUint8Array(this.#in);
        return { length: 1 };
      case CONTENT.string: {
        const { length } = this.#string();
        if (length === 0) throw new Error('an item holds an empty text');
        return { length };
      }
      case CONTENT.embed:
        this.#json();
        return { length: 1 };
      case CONTENT.format:
        this.#string();
        this.#json();
        return { length: 1 };
      case CONTENT.type: {
        const type = this.#uint();
        // Names follow only in types for XML, which no document here has.
        if (type > TYPE.text) throw new DaybookError('forbidden_content', `documents here have no type ${type}`);
        return { length: 1, type };
      }
      case CONTENT.any:
        return { length: this.#times(() => this.#any(0)) };
      default:
        throw new DaybookError('forbidden_content', `documents here have no content of kind ${content}`);
    }
  }

  /** Reads as many as are announced, at least one. */
  #times(read: () => void): number {
    const count = this.#length();
    for (let left = count; left > 0; left -= 1) read();
    return count;
  }

  #json(mayBeUndefined = false): void {
    const text = this.#string();
    if (mayBeUndefined && text === 'undefined') return;
    this.#depthOf(JSON.parse(text), 0);
  }

  #depthOf(value: unknown, depth: number): void {
    this.#value(depth);
    if (typeof value !== 'object' || value === null) return;
    for (const each of Object.values(value)) this.#depthOf(each, depth + 1);
  }

  /** A value in lib0's `any` encoding. */
  #any(depth: number): void {
    this.#value(depth);
    const input = this.#in;
    switch (decoding.readUint8(input)) {
      case 127:
      case 126:
      case 121:
      case 120:
        return;
      case 125:
        decoding.readVarInt(input);
        return;
      case 124:
        this.#skip(4);
        return;
      case 123:
      case 122:
        this.#skip(8);
        return;
      case 119:
        this.#string();
        return;
      case 118:
        for (let left = this.#uint(); left > 0; left -= 1) {
          this.#string();
          this.#any(depth + 1);
        }
        return;
      case 117:
        for (let left = this.#uint(); left > 0; left -= 1) this.#any(depth + 1);
        return;
      case 116:
        decoding.readVarUint8Array(input);
        return;
      default:
        throw new Error('a value of unknown kind');
    }
  }

  #value(depth: number): void {
    this.#values += 1;
    if (this.#values > this.#limits.values) throw tooComplex(`more than ${this.#limits.values} values`);
    if (depth > this.#limits.depth) throw tooComplex(`values nested more than ${this.#limits.depth} deep`);
  }

  #count(): void {
    this.#changes += 1;
    if (this.#changes > this.#limits.changes) throw tooComplex(`more than ${this.#limits.changes} changes`);
  }

  #id(): Id {
    return { client: this.#uint(), clock: this.#size() };
  }

  #uint(): number {
    return decoding.readVarUint(this.#in);
  }

  #size(): number {
    const size = this.#uint();
    if (size > LARGEST) throw new Error('a clock or length is out of range');
    return size;
  }

  #length(): number {
    const length = this.#size();
    if (length === 0) throw new Error('a struct has no length');
    return length;
  }

  #string(): string {
    return decoding.readVarString(this.#in);
  }

  #skip(bytes: number): void {
    this.#in.pos += bytes;
    if (this.#in.pos > this.#in.arr.length) throw new Error('the update ends too early');
  }
}

function tooComplex(what: string): DaybookError {
  return new DaybookError('too_complex', `one message may not hold ${what}`, {
    action: 'Make the change in smaller steps.',
  });
}
