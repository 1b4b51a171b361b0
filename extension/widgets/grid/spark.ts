import { svg } from './element.ts';

/** Bars a sparkline has at most; longer lists are averaged into as many. */
const MOST = 30;

/** A list of numbers as small bars from zero, `width` × `height` px; decoration, hidden from readers. */
export function sparkline(values: readonly number[], width: number, height: number): SVGSVGElement {
  const bars = resample(values, MOST);
  const low = Math.min(0, ...bars);
  const high = Math.max(0, ...bars);
  const span = high - low || 1;
  const step = Math.min(width / bars.length, 8);
  const rects = bars.map((value, index) => {
    const size = Math.max(1, (Math.abs(value) / span) * height);
    const zero = (high / span) * height;
    return svg('rect', {
      attributes: {
        x: round(index * step),
        y: round(value < 0 ? Math.min(zero, height - size) : Math.max(0, zero - size)),
        width: round(Math.max(0.8, step - 1)),
        height: round(size),
      },
    });
  });
  return svg('svg', {
    class: 'db-spark',
    attributes: { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' },
    children: rects,
  });
}

/** Counts as touching bars that fill their box; for the histograms under column names. */
export function histogram(counts: readonly number[], gap: number): SVGSVGElement {
  const high = Math.max(1, ...counts);
  const wide = 4;
  const rects = counts.map((value, index) => {
    // A bin that holds anything is visible, however small beside the fullest.
    const size = value === 0 ? 0.5 : Math.max(1.5, (value / high) * 16);
    return svg('rect', {
      attributes: { x: index * wide, y: round(16 - size), width: wide - gap, height: round(size) },
    });
  });
  return svg('svg', {
    class: 'db-histogram',
    attributes: {
      viewBox: `0 0 ${Math.max(1, counts.length * wide)} 16`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    children: rects,
  });
}

/** Averages a list into at most `most` values. */
export function resample(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, index) => {
    const from = Math.floor((index * values.length) / most);
    const to = Math.floor(((index + 1) * values.length) / most);
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += values[at] ?? 0;
    return sum / (to - from);
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
