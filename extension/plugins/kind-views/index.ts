import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { pageKinds } from '../cells/page-kinds.ts';
import { KindRenderer } from './renderer.ts';

/** Before `text/html` (50), after Daybook's own types (10). */
const RANK = 20;

/** Draws the outputs of cell kinds that packages bring, with the view module of the package. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:kind-views',
  description: 'Draws the outputs of cell kinds that packages bring.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, registry: IRenderMimeRegistry): void => {
    for (const { label, view, draws } of pageKinds()) {
      if (view === undefined || draws.length === 0) continue;
      registry.addFactory(
        {
          // The view is code that the server's owner installed; the data it gets is JSON.
          safe: true,
          mimeTypes: draws,
          createRenderer: ({ mimeType }) => new KindRenderer({ mimeType, label, view }),
        },
        RANK,
      );
    }
  },
};

export default plugin;
