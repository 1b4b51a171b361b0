import type { ChartBundle } from '@daybook/shared/results/chart';
import { element, svg } from '../grid/element.ts';
import type { Figure } from './figure.ts';
import { categories, liesDown, plainText } from './shape.ts';

/**
 * Lines, areas and standing bars as plain SVG in the frame of their figure: what is seen while
 * plotly is on its way. `undefined` for charts that have no such sketch.
 */
export function sketch(bundle: ChartBundle, figure: Figure, width: number, height: number): SVGSVGElement | undefined {
  if (bundle.type === 'pie' || bundle.type === 'scatter' || liesDown(bundle)) return undefined;
  const { margin, yaxis } = figure.layout as {
    margin: { l: number; r: number; t: number; b: number };
    yaxis: { range: [number, number]; tickvals: number[] };
  };
  const [low, high] = yaxis.range;
  const right = width - margin.r;
  const bottom = height - margin.b;
  const down = (value: number): number => bottom - ((value - low) / (high - low)) * (bottom - margin.t);
  const bars = bundle.type === 'bar' || bundle.type === 'histogram';
  const across = positions(bundle, bars);
  const at = (value: number): number => margin.l + value * (right - margin.l);
  const grid = yaxis.tickvals.map((tick) =>
    svg('line', { attributes: { x1: margin.l, x2: right, y1: down(tick), y2: down(tick), class: 'db-sketch-grid' } }),
  );
  const marks = bundle.series.map((series, index) => {
    const style = `color:var(--db-c${(index % 8) + 1})`;
    const points = series.y.flatMap((value, place) => {
      const x = across(plainText(series.x[place] ?? null));
      return value === null || x === undefined ? [] : [{ x: at(x), y: down(value) }];
    });
    const wide = Math.max(1, ((right - margin.l) / Math.max(1, points.length) / bundle.series.length) * 0.7);
    const shift = (index - bundle.series.length / 2) * wide;
    const path = bars
      ? points.map(({ x, y }) => `M${x + shift} ${down(0)}V${y}h${wide}V${down(0)}z`).join('')
      : points.map(({ x, y }, place) => `${place === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
    return svg('path', { attributes: { d: path, style, class: bars ? 'db-sketch-bar' : 'db-sketch-line' } });
  });
  return svg('svg', {
    class: 'db-sketch',
    attributes: { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' },
    children: [...grid, ...marks],
  });
}

/** Where values stand along the horizontal axis, 0 to 1. */
function positions(bundle: ChartBundle, bars: boolean): (value: string) => number | undefined {
  const names = categories(bundle);
  if (bundle.x.scale === 'nominal' || bars) {
    const place = new Map(names.map((name, index) => [name, (index + 0.5) / names.length]));
    return (name) => place.get(name);
  }
  const number = bundle.x.scale === 'temporal' ? (text: string): number => Date.parse(text.replace(' ', 'T')) : Number;
  const known = names.map(number).filter(Number.isFinite);
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return (name) => {
    const value = number(name);
    return Number.isFinite(value) && high > low ? (value - low) / (high - low) : undefined;
  };
}

/** Said while a chart without a sketch is on its way. */
export function waiting(): HTMLElement {
  return element('p', { class: 'db-chart-empty', text: 'Drawing…' });
}
