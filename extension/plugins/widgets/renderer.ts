import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, Widget } from '@lumino/widgets';
import { element } from '../../widgets/grid/element.ts';
import type { NotebookWidgets } from './notebook-widgets.ts';

export const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';

/** Draws the widget an output names, or, while there is none, the output's text. */
export class WidgetRenderer extends Panel implements IRenderMime.IRenderer {
  readonly #widgets: NotebookWidgets;
  #id = '';
  #text = '';
  #view: Widget | undefined;
  /** The model that the view shows. */
  #shown = '';
  /** Looks come one after the other: a view that is thrown away while its children are made fails in each. */
  #looking: Promise<void> = Promise.resolve();

  constructor(widgets: NotebookWidgets) {
    super();
    this.#widgets = widgets;
    this.addClass('db-WidgetOutput');
    widgets.changed.connect(this.#again, this);
  }

  async renderModel({ data }: IRenderMime.IMimeModel): Promise<void> {
    const source = Object(data[WIDGET_VIEW]) as { model_id?: unknown };
    const text = data['text/plain'];
    this.#id = String(source.model_id ?? '');
    this.#text = [text ?? ''].flat().join('');
    await this.#draw();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#widgets.changed.disconnect(this.#again, this);
    super.dispose();
  }

  #again(): void {
    void this.#draw();
  }

  #draw(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async #look(): Promise<void> {
    // A view that lives needs nothing; its end is told by its disposal.
    if (this.isDisposed || (this.#lives() && this.#shown === this.#id)) return;
    const id = this.#id;
    const view = await this.#made();
    if (this.isDisposed) {
      view?.dispose();
      return;
    }
    this.#shown = id;
    this.#replace(view);
  }

  #lives(): boolean {
    return this.#view !== undefined && !this.#view.node.classList.contains('jupyter-widgets-disconnected');
  }

  async #made(): Promise<Widget | undefined> {
    try {
      return await (await this.#widgets.models)?.draw(this.#id);
    } catch {
      // A view of a library that is not here: the output's text stands in for it.
      return undefined;
    }
  }

  #replace(view: Widget | undefined): void {
    const before = this.#view;
    this.#view = view;
    before?.dispose();
    for (const child of [...this.widgets]) child.dispose();
    const shown = view ?? new Widget({ node: fallback(this.#text) });
    this.addWidget(shown);
    view?.disposed.connect(() => {
      if (this.#view !== view || this.isDisposed) return;
      this.#view = undefined;
      this.#replace(undefined);
    });
  }
}

/** What stands in for a widget whose kernel is gone. */
function fallback(text: string): HTMLElement {
  return element('p', {
    class: 'db-widget-fallback',
    children: [
      element('code', { text: text === '' ? 'A widget' : text }),
      element('span', { text: 'Run the cell to use this control.' }),
    ],
  });
}
