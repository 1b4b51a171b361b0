import type { Run } from './source.ts';

/** Rows without a value. */
export function countNulls(runs: readonly Run[]): number {
  let nulls = 0;
  for (const { source, from, count } of runs) {
    const { validity } = source;
    if (validity !== null) nulls += count - countOnes(validity, from, count);
  }
  return nulls;
}

/** Writes the runs' validity as one bitmap, least significant bit first, into a zeroed target. */
export function fillValidity(runs: readonly Run[], target: Uint8Array): void {
  let at = 0;
  for (const { source, from, count } of runs) {
    const { validity } = source;
    if (validity === null) setBits(target, at, count);
    else copyBits(validity, from, { target, at, count });
    at += count;
  }
}

function countOnes(bytes: Uint8Array, from: number, count: number): number {
  let ones = 0;
  let bit = from;
  const end = from + count;
  while (bit < end && (bit & 7) !== 0) ones += ((bytes[bit >> 3] ?? 0) >> (bit++ & 7)) & 1;
  while (bit + 8 <= end) {
    ones += ONES[bytes[bit >> 3] ?? 0] ?? 0;
    bit += 8;
  }
  while (bit < end) ones += ((bytes[bit >> 3] ?? 0) >> (bit++ & 7)) & 1;
  return ones;
}

function setBits(target: Uint8Array, at: number, count: number): void {
  let bit = at;
  const end = at + count;
  while (bit < end && (bit & 7) !== 0) setBit(target, bit++);
  const whole = end >> 3;
  if (whole > bit >> 3) {
    target.fill(0xff, bit >> 3, whole);
    bit = whole << 3;
  }
  while (bit < end) setBit(target, bit++);
}

function copyBits(
  bytes: Uint8Array,
  from: number,
  to: { readonly target: Uint8Array; readonly at: number; readonly count: number },
): void {
  const { target, at, count } = to;
  let done = 0;
  if ((from & 7) === 0 && (at & 7) === 0) {
    const whole = count >> 3;
    target.set(bytes.subarray(from >> 3, (from >> 3) + whole), at >> 3);
    done = whole << 3;
  }
  for (; done < count; done++) {
    const bit = from + done;
    if ((((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1) setBit(target, at + done);
  }
}

function setBit(target: Uint8Array, bit: number): void {
  target[bit >> 3] = (target[bit >> 3] ?? 0) | (1 << (bit & 7));
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest !== 0; rest >>= 1) ones += rest & 1;
  return ones;
});
