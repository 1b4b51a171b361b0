import { REF_MIME } from '@daybook/shared/notebook/outputs/ref';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { OutputBytes } from './output-bytes.ts';
import { LargeOutputRenderer } from './renderer.ts';

/** Before everything else that stands beside a marker. */
const RANK = 1;

/** Draws outputs that lie beside their document as if they stood in it. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:large-output',
  description: 'Draws large outputs, which are fetched when they come into view.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, registry: IRenderMimeRegistry): void => {
    const bytes = new OutputBytes(app.serviceManager.serverSettings);
    registry.addFactory(
      {
        // A marker runs nothing; what it names is drawn by its own renderer, as far as it is trusted.
        safe: true,
        mimeTypes: [REF_MIME],
        createRenderer: ({ resolver, linkHandler }) => {
          const own = registry.clone({
            ...(resolver === null ? {} : { resolver }),
            ...(linkHandler === null ? {} : { linkHandler }),
          });
          return new LargeOutputRenderer({ registry: own, bytes });
        },
      },
      RANK,
    );
  },
};

export default plugin;
