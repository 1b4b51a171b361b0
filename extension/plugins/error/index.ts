import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ERROR_MIME, ErrorRenderer } from './renderer.ts';

/** Before the stock drawing of the same output as a traceback (110). */
const RANK = 10;

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:error',
  description: 'Draws errors as a card with the offending line.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, registry: IRenderMimeRegistry): void => {
    registry.addFactory({ safe: true, mimeTypes: [ERROR_MIME], createRenderer: () => new ErrorRenderer() }, RANK);
  },
};

export default plugin;
