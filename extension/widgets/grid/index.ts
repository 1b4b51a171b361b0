export { CHART_EVENT, type ChartRequest, type GridOptions, ResultGrid } from './grid.ts';
export { type HttpSourceOptions, httpSource, type Request, type ResultSource, type WindowAnswer } from './source.ts';
