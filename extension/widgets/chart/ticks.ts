import { compact, fixed } from '../grid/number.ts';

export interface Scale {
  /** Ends of the axis, in data units. */
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
}

const FACTORS = [1, 2, 2.5, 5] as const;

/**
 * A calm axis over `[low, high]`: round ticks, its ends on ticks. Of the round steps it takes the
 * one whose number of ticks is nearest to `wanted` while little of the axis stays empty. With
 * `whole`, steps are whole numbers (hours, years, counts).
 */
export function niceScale(low: number, high: number, wanted = 5, whole = false): Scale {
  const span = high - low || Math.abs(high) || 1;
  const power = Math.floor(Math.log10(span / Math.max(1, wanted - 1)));
  const steps = [power - 1, power, power + 1]
    .flatMap((exponent) => FACTORS.map((factor) => Number(`${factor}e${exponent}`)))
    .filter((step) => !whole || Number.isInteger(step));
  let best: { step: number; from: number; to: number; score: number } | undefined;
  for (const step of steps.length > 0 ? steps : [1]) {
    const from = Math.floor(low / step + 1e-9);
    const to = Math.max(from + 1, Math.ceil(high / step - 1e-9));
    const score = Math.abs(to - from + 1 - wanted) + 6 * (((to - from) * step) / span - 1);
    if (best === undefined || score < best.score) best = { step, from, to, score };
  }
  const { step, from, to } = best ?? { step: 1, from: 0, to: 1 };
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => Number(((from + index) * step).toPrecision(15)));
  return { range: [ticks[0] ?? low, ticks.at(-1) ?? high], ticks };
}

/** Ends of the values to be shown; bars and areas stand on zero, lines reach it when they are near. */
export function domain(values: readonly (number | null)[], stands: boolean): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return undefined;
  if (stands || (low > 0 && low < high * 0.5)) low = Math.min(low, 0);
  if (stands || (high < 0 && high > low * 0.5)) high = Math.max(high, 0);
  return low === high ? [low - (Math.abs(low) || 1) * 0.5, high + (Math.abs(high) || 1) * 0.5] : [low, high];
}

/** Words for ticks, with one number of decimals for all and the unit attached. */
export function tickText(ticks: readonly number[], unit: string | undefined): string[] {
  const large = ticks.some((tick) => Math.abs(tick) >= 10_000);
  const decimals = ticks.reduce((most, tick) => Math.max(most, decimalsOf(tick)), 0);
  return ticks.map((tick) => withUnit(large ? compact(tick) : fixed(tick, decimals).replaceAll(',', ''), unit));
}

function decimalsOf(value: number): number {
  return String(value).split('.')[1]?.length ?? 0;
}

/** A figure with its unit: `60%`, `$12`, `9:00`, `12 min`. */
export function withUnit(text: string, unit: string | undefined): string {
  if (unit === undefined || unit === '') return text;
  if (/^[$€£¥]$/.test(unit)) return text.startsWith('−') ? `−${unit}${text.slice(1)}` : `${unit}${text}`;
  return /^\p{L}/u.test(unit) ? `${text} ${unit}` : `${text}${unit}`;
}
