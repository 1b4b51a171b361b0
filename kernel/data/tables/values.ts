import { castOf, nestedJson, nestedType } from './nested.ts';
import { isDate, isNothing } from './nothing.ts';
import type { FixedType, PackedColumn } from './payload.ts';
import { packBlobs, packTexts } from './text.ts';

/** What was found in a column; several at once where it is mixed. */
interface Found {
  nulls: number;
  booleans: number;
  /** Numbers that are whole and exact; -0 is not. */
  wholes: number;
  fractions: number;
  bigints: number;
  texts: number;
  dates: number;
  bytes: number;
  nested: number;
  unusable: number;
  low: number;
  high: number;
  lowest: bigint;
  highest: bigint;
}

const INT32 = 2 ** 31;
const INT64 = 2n ** 63n;
const INT128 = 2n ** 127n;

export interface Packed {
  /** Absent for a column of functions, which SQL has no value for. */
  readonly column: PackedColumn | undefined;
  /** What the user should know: a mixed column that became text, one that was left out. */
  readonly note: string | undefined;
}

/**
 * Any JavaScript values as one column. Whole numbers become INTEGER or BIGINT, other numbers DOUBLE,
 * bigints BIGINT or HUGEINT, Dates TIMESTAMP, bytes BLOB, objects and arrays STRUCT and LIST (or JSON
 * where their shapes differ). Null and undefined are NULL, an invalid Date too. Values of several
 * kinds become text, and the note says so.
 */
export function packValues(name: string, values: readonly unknown[]): Packed {
  const found = survey(values);
  const done = (column: PackedColumn, note?: string): Packed => ({ column, note });
  const validity = found.nulls > 0 ? validityOf(values) : undefined;
  const base = { name, ...(validity === undefined ? {} : { validity }) };
  const some = values.length - found.nulls;
  if (found.unusable > 0) {
    return { column: undefined, note: `Column “${name}” holds functions or symbols; SQL does not see it.` };
  }
  if (found.booleans === some && some > 0) {
    return done({
      ...base,
      kind: 'fixed',
      type: 'BOOLEAN',
      bytes: Uint8Array.from(values, (each) => (each === true ? 1 : 0)),
    });
  }
  if (found.dates === some && some > 0) return done({ ...base, ...fixed('TIMESTAMP', micros(values)) });
  if (found.texts === some && some > 0) return done({ ...base, ...packTexts(values.map(textOrNull)) });
  if (found.bytes === some && some > 0) return done({ ...base, ...packBlobs(values.map(bytesOf)) });
  if (found.nested === some && some > 0) return packNested(base, values);
  if (found.wholes + found.fractions + found.bigints === some) return packNumbers(base, values, found);
  const texts = values.map((value) => (isNothing(value) ? null : textOf(value)));
  return done({ ...base, ...packTexts(texts) }, `Column “${name}” mixes ${kindsOf(found)}; SQL sees it as text.`);
}

function packNumbers(base: { name: string }, values: readonly unknown[], found: Found): Packed {
  const low = BigInt(found.low) < found.lowest ? BigInt(found.low) : found.lowest;
  const high = BigInt(found.high) > found.highest ? BigInt(found.high) : found.highest;
  if (found.fractions === 0 && found.bigints === 0) {
    if (found.low >= -INT32 && found.high < INT32) {
      return { column: { ...base, ...fixed('INTEGER', Int32Array.from(values, Number)) }, note: undefined };
    }
    return { column: { ...base, ...fixed('BIGINT', BigInt64Array.from(values, toBigInt)) }, note: undefined };
  }
  if (found.fractions > 0) {
    const rounded =
      found.bigints > 0 && (low < BigInt(Number.MIN_SAFE_INTEGER) || high > BigInt(Number.MAX_SAFE_INTEGER));
    const note = `Column “${base.name}” mixes fractions and big integers; SQL sees it as DOUBLE, rounded.`;
    const doubles = Float64Array.from(values, (value) => (isNothing(value) ? 0 : Number(value)));
    return { column: { ...base, ...fixed('DOUBLE', doubles) }, note: rounded ? note : undefined };
  }
  if (low >= -INT64 && high < INT64) {
    return { column: { ...base, ...fixed('BIGINT', BigInt64Array.from(values, toBigInt)) }, note: undefined };
  }
  if (low >= -INT128 && high < INT128)
    return { column: { ...base, ...fixed('HUGEINT', wide(values)) }, note: undefined };
  const texts = values.map((value) => (isNothing(value) ? null : String(value)));
  const note = `Column “${base.name}” has integers of more than 128 bits; SQL sees it as text.`;
  return { column: { ...base, ...packTexts(texts) }, note };
}

function packNested(base: { name: string }, values: readonly unknown[]): Packed {
  const type = nestedType(values);
  const texts = values.map((value) => (isNothing(value) ? null : nestedJson(value)));
  return { column: { ...base, ...packTexts(texts), cast: castOf(type) }, note: undefined };
}

function survey(values: readonly unknown[]): Found {
  const found: Found = {
    nulls: 0,
    booleans: 0,
    wholes: 0,
    fractions: 0,
    bigints: 0,
    texts: 0,
    dates: 0,
    bytes: 0,
    nested: 0,
    unusable: 0,
    low: 0,
    high: 0,
    lowest: 0n,
    highest: 0n,
  };
  for (let row = 0; row < values.length; row++) count(found, values[row]);
  return found;
}

function count(found: Found, value: unknown): void {
  switch (typeof value) {
    case 'number':
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
        found.wholes += 1;
        if (value < found.low) found.low = value;
        if (value > found.high) found.high = value;
      } else found.fractions += 1;
      return;
    case 'string':
      found.texts += 1;
      return;
    case 'boolean':
      found.booleans += 1;
      return;
    case 'bigint':
      found.bigints += 1;
      if (value < found.lowest) found.lowest = value;
      if (value > found.highest) found.highest = value;
      return;
    case 'object':
      if (value === null) found.nulls += 1;
      else if (isDate(value)) found[Number.isNaN(value.getTime()) ? 'nulls' : 'dates'] += 1;
      else if (value instanceof Uint8Array || value instanceof ArrayBuffer) found.bytes += 1;
      else found.nested += 1;
      return;
    case 'undefined':
      found.nulls += 1;
      return;
    default:
      found.unusable += 1;
  }
}

function kindsOf(found: Found): string {
  const kinds: readonly (readonly [number, string])[] = [
    [found.booleans, 'booleans'],
    [found.wholes + found.fractions + found.bigints, 'numbers'],
    [found.texts, 'text'],
    [found.dates, 'dates'],
    [found.bytes, 'bytes'],
    [found.nested, 'objects'],
  ];
  const names = kinds.filter(([times]) => times > 0).map(([, name]) => name);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isDate(value)) return value.toISOString();
  return typeof value === 'object' ? nestedJson(value) : String(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return value instanceof Uint8Array ? value : null;
}

/** Microseconds since 1970. Those that a number holds exactly, to the year 2255, need no bigint. */
function micros(values: readonly unknown[]): BigInt64Array<ArrayBuffer> {
  const whole = new BigInt64Array(values.length);
  const halves = new Int32Array(whole.buffer);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!isDate(value)) continue;
    const time = value.getTime() * 1000;
    if (Number.isSafeInteger(time)) {
      halves[row * 2] = time;
      halves[row * 2 + 1] = Math.floor(time / 2 ** 32);
    } else if (!Number.isNaN(time)) whole[row] = BigInt(value.getTime()) * 1000n;
  }
  return whole;
}

function toBigInt(value: unknown): bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : 0n;
}

/** 128 bits each, two's complement. */
function wide(values: readonly unknown[]): BigUint64Array<ArrayBuffer> {
  const words = new BigUint64Array(values.length * 2);
  for (const [row, value] of values.entries()) {
    const whole = toBigInt(value);
    words[row * 2] = BigInt.asUintN(64, whole);
    words[row * 2 + 1] = BigInt.asUintN(64, whole >> 64n);
  }
  return words;
}

export function fixed(
  type: FixedType,
  values: ArrayBufferView<ArrayBuffer>,
): { readonly kind: 'fixed'; readonly type: FixedType; readonly bytes: Uint8Array<ArrayBuffer> } {
  return { kind: 'fixed', type, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

function validityOf(values: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array((values.length + 7) >> 3);
  for (let row = 0; row < values.length; row++) {
    if (!isNothing(values[row])) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bits;
}
