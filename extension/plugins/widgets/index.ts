import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { NotebookWidgets } from './notebook-widgets.ts';
import { WIDGET_VIEW, WidgetRenderer } from './renderer.ts';

/** ipywidgets' own plugin: where it is installed as a labextension, it draws widgets. */
const STOCK = '@jupyter-widgets/jupyterlab-manager:plugin';
/** Before every other type a widget's output has. */
const RANK = -10;

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:widgets',
  description: 'Draws Jupyter widgets (sliders, progress bars …), loaded with the first one.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker): void => {
    if (app.hasPlugin(STOCK)) return;
    const add = (panel: NotebookPanel) => {
      const widgets = new NotebookWidgets(panel);
      const { rendermime } = panel.content;
      rendermime.addFactory(
        { safe: false, mimeTypes: [WIDGET_VIEW], createRenderer: () => new WidgetRenderer(widgets) },
        RANK,
      );
    };
    tracker.forEach(add);
    tracker.widgetAdded.connect((_sender, panel) => add(panel));
  },
};

export default plugin;
