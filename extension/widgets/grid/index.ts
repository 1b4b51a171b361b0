export { ResultGrid } from './grid.ts';
export { httpSource } from './source.ts';
