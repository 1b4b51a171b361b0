import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { WidgetModels } from './manager.ts';

const TARGET = 'jupyter.widget';
/** Where a notebook may keep the state of its widgets. */
const STATE = 'application/vnd.jupyter.widget-state+json';

/**
 * The widgets of one notebook. The library that draws them is loaded when there is something to
 * draw: the kernel opens a widget or has some, or the file holds their state.
 */
export class NotebookWidgets {
  /** Models came or went, or the kernel did: outputs look again. */
  readonly changed = new Signal<this, void>(this);
  readonly #panel: NotebookPanel;
  #models: Promise<WidgetModels> | undefined;

  constructor(panel: NotebookPanel) {
    this.#panel = panel;
    const { sessionContext } = panel;
    sessionContext.kernelChanged.connect((_sender, { newValue }) => this.#connect(newValue));
    sessionContext.statusChanged.connect((_sender, status) => {
      if (status === 'restarting' || status === 'autorestarting' || status === 'dead') this.changed.emit();
    });
    this.#connect(sessionContext.session?.kernel ?? null);
    void panel.context.ready.then(() => {
      if (!panel.isDisposed && STATE in Object(panel.content.model?.getMetadata('widgets'))) void this.#load();
    });
  }

  /** The models so far; undefined while nothing needed the library. */
  get models(): Promise<WidgetModels> | undefined {
    return this.#models;
  }

  #connect(kernel: Kernel.IKernelConnection | null): void {
    this.changed.emit();
    // The library's own manager follows the session once it is there.
    if (kernel === null || this.#models !== undefined) return;
    kernel.registerCommTarget(TARGET, (comm, message) => this.#opened(comm, message));
    void this.#lookFor(kernel);
  }

  async #opened(comm: Kernel.IComm, message: KernelMessage.ICommOpenMsg): Promise<void> {
    const models = await this.#load();
    await models.opened(comm, message);
  }

  /** A kernel that has widgets already, from before the page was opened. */
  async #lookFor(kernel: Kernel.IKernelConnection): Promise<void> {
    const { content } = await kernel.requestCommInfo({ target_name: TARGET });
    if (content.status === 'ok' && Object.keys(content.comms).length > 0) await this.#load();
  }

  #load(): Promise<WidgetModels> {
    this.#models ??= import('./manager.ts').then(({ WidgetModels }) => {
      const models = new WidgetModels(this.#panel.context, this.#panel.content.rendermime);
      models.restored.connect(() => this.changed.emit());
      models.added.connect(() => this.changed.emit());
      this.#panel.disposed.connect(() => models.dispose());
      return models;
    });
    return this.#models;
  }
}
