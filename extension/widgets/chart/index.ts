export { Chart, type ChartOptions } from './chart.ts';
export { type Figure, toFigure } from './figure.ts';
export type { Palette } from './palette.ts';
