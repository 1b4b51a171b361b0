import { CHART_MIME } from '@daybook/shared/results/mime';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ChartRenderer } from './renderer.ts';
import '../../widgets/chart/chart.css';

/** Before `text/html` (50) and the image fallbacks that stand beside a chart. */
const RANK = 10;

/** Draws outputs of type `application/vnd.daybook.chart+json`. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:chart',
  description: 'Draws charts that follow the theme and read aloud.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, registry: IRenderMimeRegistry): void => {
    registry.addFactory({ safe: true, mimeTypes: [CHART_MIME], createRenderer: () => new ChartRenderer() }, RANK);
  },
};

export default plugin;
