import * as base from '@jupyter-widgets/base';
import * as controls from '@jupyter-widgets/controls';
import { WidgetManager } from '@jupyter-widgets/jupyterlab-manager/lib/manager';
import { OUTPUT_WIDGET_VERSION, OutputModel, OutputView } from '@jupyter-widgets/jupyterlab-manager/lib/output';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import '@jupyter-widgets/base/css/index.css';
import '@jupyter-widgets/controls/css/widgets-base.css';
import './widgets.css';

/**
 * Models and views of a notebook's widgets: the stock manager with the stock modules. Importing
 * this file loads all of them; only `import()` it.
 */
export class WidgetModels extends WidgetManager {
  /** A model was made. */
  readonly added = new Signal<this, void>(this);

  constructor(context: DocumentRegistry.IContext<INotebookModel>, rendermime: IRenderMimeRegistry) {
    super(context, rendermime, { saveState: false });
    this.register({ name: '@jupyter-widgets/base', version: base.JUPYTER_WIDGETS_VERSION, exports: exportsOf(base) });
    this.register({
      name: '@jupyter-widgets/controls',
      version: controls.JUPYTER_CONTROLS_VERSION,
      exports: exportsOf(controls),
    });
    this.register({
      name: '@jupyter-widgets/output',
      version: OUTPUT_WIDGET_VERSION,
      exports: exportsOf({ OutputModel, OutputView }),
    });
  }

  /** A comm that the kernel opened before the manager listened itself. */
  opened(comm: Kernel.IComm, message: KernelMessage.ICommOpenMsg): Promise<void> {
    return this._handleCommOpen(comm, message);
  }

  override register_model(id: string, model: Promise<base.WidgetModel>): void {
    super.register_model(id, model);
    void model.then(() => this.added.emit());
  }

  /** A new view of a model that lives; undefined when there is none. */
  async draw(id: string): Promise<Widget | undefined> {
    if (!this.has_model(id)) return undefined;
    const model = await this.get_model(id);
    if (!model.comm_live && !this.#isSaved(id)) return undefined;
    const view = (await this.create_view(model)) as base.DOMWidgetView;
    return view.luminoWidget;
  }

  /** Whether its state lies in the file: it is drawn without a kernel then. */
  #isSaved(id: string): boolean {
    const saved = Object(this.context.model.getMetadata('widgets')) as Record<string, { state?: object } | undefined>;
    return id in Object(saved['application/vnd.jupyter.widget-state+json']?.state);
  }
}

function exportsOf(module: object): base.ExportData {
  return module as base.ExportData;
}
