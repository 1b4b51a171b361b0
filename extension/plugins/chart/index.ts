import { CHART_MIME, PLOTLY_MIME } from '@daybook/shared/results/mime';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { FigureRenderer } from './figure-renderer.ts';
import { offerCharts } from './insert.ts';
import { ChartRenderer } from './renderer.ts';
import '../../widgets/chart/chart.css';

/** Before `text/html` (50) and the image fallbacks that stand beside a chart. */
const RANK = 10;

/** Draws outputs of type `application/vnd.daybook.chart+json`, and plotly's figures in trusted notebooks. */
const renderer: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:chart',
  description: 'Draws charts that follow the theme and read aloud.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, registry: IRenderMimeRegistry): void => {
    registry.addFactory({ safe: true, mimeTypes: [CHART_MIME], createRenderer: () => new ChartRenderer() }, RANK);
    registry.addFactory({ safe: false, mimeTypes: [PLOTLY_MIME], createRenderer: () => new FigureRenderer() }, RANK);
  },
};

const fromResult: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:chart-from-result',
  description: 'Makes a chart cell below a result that asks for one.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker): void => {
    const offer = (panel: NotebookPanel): void => offerCharts(panel, app.commands);
    tracker.forEach(offer);
    tracker.widgetAdded.connect((_sender, panel) => offer(panel));
  },
};

export default [renderer, fromResult];
