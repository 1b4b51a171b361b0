import duckdb from '@duckdb/node-bindings';
import { countRows, type Run } from './source.ts';

/**
 * DuckDB's string_t: 16 bytes, a 32-bit length, then either up to 12 bytes inline or a 4-byte
 * prefix and a pointer. Reading through a pointer is a native call, so strings that lie close
 * together are fetched in one piece.
 */
const WIDTH = 16;
const INLINE = 12;

/**
 * Largest gap bridged between two strings of one piece. Below a memory page, every page that the
 * piece touches holds a byte of one of the strings, so the bytes between are readable too.
 */
const GAP = 4_000;

/** Where each value ends among the bytes of all, as Arrow wants it, and how many bytes these are. */
export function measureStrings(runs: readonly Run[]): { readonly offsets: Int32Array; readonly bytes: number } {
  const offsets = new Int32Array(countRows(runs) + 1);
  let at = 0;
  let bytes = 0;
  for (const { source, from, count } of runs) {
    const words = wordsOf(source.data(WIDTH));
    const { validity } = source;
    for (let row = from; row < from + count; row++) {
      if (validity === null || isSet(validity, row)) bytes += words[row * 4] as number;
      offsets[++at] = bytes;
    }
  }
  return { offsets, bytes };
}

export function fillStrings(runs: readonly Run[], target: Uint8Array): void {
  let at = 0;
  for (const run of runs) at = fillRun(run, target, at);
}

function fillRun({ source, from, count }: Run, target: Uint8Array, start: number): number {
  const data = source.data(WIDTH);
  const words = wordsOf(data);
  const { validity } = source;
  const piece = new Piece(data, words, target);
  let at = start;
  for (let row = from; row < from + count; row++) {
    if (validity !== null && !isSet(validity, row)) continue;
    const length = words[row * 4] as number;
    if (length > INLINE) {
      piece.add(row, length, at);
    } else {
      const first = row * WIDTH + 4;
      for (let index = 0; index < length; index++) target[at + index] = data[first + index] as number;
    }
    at += length;
  }
  piece.flush();
  return at;
}

/** Consecutive long strings that lie close together in memory, and where they go. */
class Piece {
  private readonly data: Uint8Array;
  private readonly words: Uint32Array;
  private readonly target: Uint8Array;
  private readonly parts: number[] = [];
  private start = 0;
  private end = 0;
  /** Where the last one ends in the target. */
  private endAt = 0;
  private startRow = 0;

  constructor(data: Uint8Array, words: Uint32Array, target: Uint8Array) {
    this.data = data;
    this.words = words;
    this.target = target;
  }

  add(row: number, length: number, at: number): void {
    // Addresses have at most 57 bits in use and 48 in practice: exact as a double.
    const pointer = (this.words[row * 4 + 2] ?? 0) + (this.words[row * 4 + 3] ?? 0) * 0x1_0000_0000;
    if (this.parts.length > 0 && (pointer < this.start || pointer > this.end + GAP)) this.flush();
    if (this.parts.length === 0) {
      this.start = pointer;
      this.end = pointer;
      this.startRow = row;
    }
    // Most follow each other in memory as they do in Arrow: one copy takes them all.
    const follows = this.parts.length > 0 && pointer === this.end && at === this.endAt;
    this.end = Math.max(this.end, pointer + length);
    this.endAt = at + length;
    if (follows) this.parts[this.parts.length - 2] = (this.parts.at(-2) ?? 0) + length;
    else this.parts.push(pointer - this.start, length, at);
  }

  flush(): void {
    const { parts, data, target } = this;
    if (parts.length === 0) return;
    const pointerAt = data.byteOffset + this.startRow * WIDTH + 8;
    const bytes = duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, pointerAt, this.end - this.start);
    for (let index = 0; index < parts.length; index += 3) {
      const from = parts[index] ?? 0;
      target.set(bytes.subarray(from, from + (parts[index + 1] ?? 0)), parts[index + 2] ?? 0);
    }
    parts.length = 0;
  }
}

function wordsOf(data: Uint8Array): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
}

function isSet(validity: Uint8Array, row: number): boolean {
  return (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}
