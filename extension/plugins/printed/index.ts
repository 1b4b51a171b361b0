import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { PrintedText } from './renderer.ts';

/** Before the stock drawing of the same text (120). */
const RANK = 10;

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:printed',
  description: 'Draws what cells print: growing texts where they grow, long ones in a window.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_app: JupyterFrontEnd, registry: IRenderMimeRegistry): void => {
    const mimeTypes = ['application/vnd.jupyter.stdout', 'application/vnd.jupyter.stderr'];
    registry.addFactory({ safe: true, mimeTypes, createRenderer: (options) => new PrintedText(options) }, RANK);
  },
};

export default plugin;
