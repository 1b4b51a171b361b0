import type { Run } from './source.ts';

/** Copies values whose bytes are the same on both sides. */
export function copyFixed(runs: readonly Run[], width: number, target: Uint8Array): void {
  let at = 0;
  for (const { source, from, count } of runs) {
    target.set(source.data(width).subarray(from * width, (from + count) * width), at);
    at += count * width;
  }
}

/** Packs one byte per value into one bit per value. */
export function packBools(runs: readonly Run[], target: Uint8Array): void {
  let bit = 0;
  for (const { source, from, count } of runs) {
    const bytes = source.data(1);
    for (let row = from; row < from + count; row++, bit++) {
      if (bytes[row] === 1) target[bit >> 3] = (target[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
}

/** Widens two's complement integers of `width` bytes to `toWidth`, keeping the sign. */
export function widen(
  runs: readonly Run[],
  widths: { readonly from: 2 | 4 | 8 | 16; readonly to: 16 | 32; readonly signed: boolean },
  target: Uint8Array,
): void {
  const out = new Int32Array(target.buffer, target.byteOffset, target.byteLength >> 2);
  const words = widths.to >> 2;
  let at = 0;
  for (const { source, from, count } of runs) {
    const data = source.data(widths.from);
    const shorts = widths.from === 2 ? new Int16Array(data.buffer, data.byteOffset, data.byteLength >> 1) : undefined;
    const ints = shorts ?? new Int32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
    const perValue = shorts === undefined ? widths.from >> 2 : 1;
    for (let row = from; row < from + count; row++) {
      for (let word = 0; word < perValue; word++) out[at + word] = ints[row * perValue + word] ?? 0;
      const sign = widths.signed ? (out[at + perValue - 1] ?? 0) >> 31 : 0;
      for (let word = perValue; word < words; word++) out[at + word] = sign;
      at += words;
    }
  }
}

const DAY_MICROS = 86_400_000_000n;
const MAX_MICROS = 9_223_372_036_854_775n;

/**
 * Months, days, microseconds → months, days, nanoseconds. Arrow's nanoseconds reach 292 years;
 * the whole days of anything longer move to the days.
 */
export function convertIntervals(runs: readonly Run[], target: Uint8Array): void {
  const out = new DataView(target.buffer, target.byteOffset, target.byteLength);
  let at = 0;
  for (const { source, from, count } of runs) {
    const data = source.data(16);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let row = from; row < from + count; row++, at += 16) {
      if (!source.isValid(row)) continue;
      let days = view.getInt32(row * 16 + 4, true);
      let micros = view.getBigInt64(row * 16 + 8, true);
      if (micros > MAX_MICROS || micros < -MAX_MICROS) {
        days += Number(micros / DAY_MICROS);
        micros %= DAY_MICROS;
      }
      out.setInt32(at, view.getInt32(row * 16, true), true);
      out.setInt32(at + 4, days, true);
      out.setBigInt64(at + 8, micros * 1000n, true);
    }
  }
}
