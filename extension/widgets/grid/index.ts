export { arrowBlock } from './arrow.ts';
export { CHART_EVENT, type ChartRequest, ResultGrid } from './grid.ts';
export { httpSource, type ResultSource } from './source.ts';
