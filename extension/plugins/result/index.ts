import { RESULT_MIME } from '@daybook/shared/results/mime';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ServerConnection } from '@jupyterlab/services';
import { ResultRenderer } from './renderer.ts';
import '../../widgets/grid/grid.css';

/** Before `text/html` (50), so that a result is drawn as our table wherever we are installed. */
const RANK = 10;

/** Draws outputs of type `application/vnd.daybook.result+json` as the result grid. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:result',
  description: 'Draws query results as tables that page, sort and filter the full result.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, registry: IRenderMimeRegistry): void => {
    const settings = app.serviceManager.serverSettings;
    registry.addFactory(
      {
        safe: true,
        mimeTypes: [RESULT_MIME],
        createRenderer: () =>
          new ResultRenderer(settings, (url, init) => ServerConnection.makeRequest(url, init, settings)),
      },
      RANK,
    );
  },
};

export default plugin;
