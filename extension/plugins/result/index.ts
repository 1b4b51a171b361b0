import { RESULT_MIME } from '@daybook/shared/results/mime';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ServerConnection } from '@jupyterlab/services';
import { IKernelLink, type KernelLink } from '../../tokens.ts';
import { httpSource, type ResultSource } from '../../widgets/grid/index.ts';
import { linkSource } from './link-source.ts';
import { ResultRenderer } from './renderer.ts';
import '../../widgets/grid/grid.css';

/** Before `text/html` (50), so that a result is drawn as our table wherever we are installed. */
const RANK = 10;

/** Draws outputs of type `application/vnd.daybook.result+json` as the result grid. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:result',
  description: 'Draws query results as tables that page, sort and filter the full result.',
  autoStart: true,
  requires: [IRenderMimeRegistry, INotebookTracker, IKernelLink],
  activate: (
    app: JupyterFrontEnd,
    registry: IRenderMimeRegistry,
    notebooks: INotebookTracker,
    link: KernelLink,
  ): void => {
    const settings = app.serviceManager.serverSettings;
    const request = (url: string, init: RequestInit) => ServerConnection.makeRequest(url, init, settings);
    // A stock Jupyter has no results of ours: there the kernel itself is asked.
    const overHttp = PageConfig.getOption('daybookApi') !== '';
    const sourceOf = (id: string, node: HTMLElement): ResultSource => {
      if (overHttp) return httpSource({ id, base: settings.baseUrl, request });
      const kernel = () =>
        notebooks.find((panel) => panel.node.contains(node))?.sessionContext.session?.kernel ?? undefined;
      return linkSource(id, { link, kernel });
    };
    registry.addFactory(
      {
        safe: true,
        mimeTypes: [RESULT_MIME],
        createRenderer: () => new ResultRenderer(sourceOf),
      },
      RANK,
    );
  },
};

export default plugin;
