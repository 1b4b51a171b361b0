export { Chart } from './chart.ts';
export { PlotlyFigure } from './plotly-figure.ts';
