import type { JsonCell } from '@daybook/shared/results/bundle';
import type { ChartBundle } from '@daybook/shared/results/chart';

/** Height of one horizontal bar with its gap, px. */
const BAR = 26;
const MOST_BARS = 40;

/** A value of an axis as text. */
export function plainText(value: JsonCell): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Bars lie down when their names would not fit side by side. */
export function liesDown(bundle: ChartBundle): boolean {
  if (bundle.type !== 'bar' || bundle.x.scale !== 'nominal') return false;
  const names = categories(bundle);
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  return names.length > 1 && names.length <= MOST_BARS && longest * names.length * 6.6 > 680;
}

/** Names along a nominal axis, in order of appearance. */
export function categories(bundle: ChartBundle): string[] {
  return [...new Set(bundle.series.flatMap((series) => series.x.map(plainText)))];
}

/** Height of the drawing, px; known before drawing, so that nothing below moves. */
export function heightOf(bundle: ChartBundle): number {
  return liesDown(bundle) ? Math.max(160, categories(bundle).length * BAR + 70) : 280;
}

export function isEmpty(bundle: ChartBundle): boolean {
  return bundle.series.every((series) => series.y.every((value) => value === null));
}

/** Lines and areas name their series at their ends; other charts have a key above. */
export function labelsEnds({ type, series }: ChartBundle): boolean {
  return (type === 'line' || type === 'area') && series.length > 1;
}
