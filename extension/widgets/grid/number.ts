const GROUP = /\B(?=(\d{3})+(?!\d))/g;

/** Thousands separators in the integer part of a decimal numeral; other text comes back unchanged. */
export function groupDigits(numeral: string): string {
  const parts = /^(-?)(\d+)(\.\d+)?$/.exec(numeral);
  if (parts === null) return numeral;
  const [, sign = '', whole = '', fraction = ''] = parts;
  return `${sign}${whole.replace(GROUP, ',')}${fraction}`;
}

/** A count of things, for footers: `12,345`. */
export function count(value: number): string {
  return groupDigits(String(Math.round(value)));
}

/**
 * Decimals that a column of floating-point numbers is shown with, so that its decimal points line
 * up: as many as its sample needs, but never more than its magnitude makes meaningful.
 */
export function decimalsFor(sample: readonly number[]): number {
  let needed = 0;
  let largest = 0;
  for (const value of sample) {
    if (!Number.isFinite(value)) continue;
    largest = Math.max(largest, Math.abs(value));
    if (needed < 6) needed = Math.max(needed, decimalsOf(value));
  }
  const meaningful = largest >= 10_000 ? 1 : largest >= 1 ? 2 : largest >= 0.01 ? 4 : 6;
  return Math.min(needed, meaningful);
}

function decimalsOf(value: number): number {
  const text = String(value);
  if (text.includes('e')) return Math.abs(value) < 1 ? 6 : 0;
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** A floating-point number with fixed decimals; very large and very small ones with an exponent. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞').replace('-', '−');
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 0.5 * 10 ** -Math.max(decimals, 4))) {
    return value.toExponential(2).replace('e+', 'e').replace('-', '−').replace('e-', 'e−');
  }
  const text = groupDigits(value.toFixed(decimals));
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text.replace('-', '−');
}

const STEPS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A number in as few characters as say its size: `166k`, `1.2M`, `0.042`, `2001`. */
export function compact(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (Number.isInteger(value) && size < 10_000) return `${sign}${size}`;
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return fixed(value, 0);
  for (const [step, suffix] of STEPS) {
    if (size >= step * 0.9995) return `${sign}${trim(size / step)}${suffix}`;
  }
  return `${sign}${trim(size)}`;
}

function trim(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 4;
  const rounded = Number(value.toFixed(digits));
  return String(rounded >= 10 && rounded < 100 && digits === 1 ? Number(rounded.toFixed(1)) : rounded);
}
