export { Chart } from './chart.ts';
