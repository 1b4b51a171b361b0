export { CHART_EVENT, type ChartRequest, ResultGrid } from './grid.ts';
export { httpSource } from './source.ts';
