import { Chart, PlotlyFigure } from '../chart/index.ts';
import { httpSource, ResultGrid } from '../grid/index.ts';
import '../chart/chart.css';
import '../grid/grid.css';

/** What browser tests drive: the widgets themselves, mounted by `lab.ts`. */
const widgets = { Chart, httpSource, PlotlyFigure, ResultGrid };
export type Widgets = typeof widgets;
Object.assign(globalThis, { widgets });
