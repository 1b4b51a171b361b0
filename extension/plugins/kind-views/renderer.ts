import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

/** What a view module exports; see cells/README.md. */
interface ViewModule {
  /** Draws `data` into `element`, which is empty. What it returns is called before the next drawing and at the end. */
  render(element: HTMLElement, data: unknown, context: ViewContext): undefined | (() => void);
}

interface ViewContext {
  readonly mimeType: string;
  readonly theme: 'light' | 'dark';
}

export interface KindRendererOptions {
  readonly mimeType: string;
  /** The kind's name for people. */
  readonly label: string;
  /** Path of the view module. */
  readonly view: string;
}

/** Hands an output to the view module of its kind; draws again when the theme changes. */
export class KindRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #options: KindRendererOptions;
  readonly #themes = new MutationObserver(() => void this.#draw());
  #data: unknown;
  #end: (() => void) | undefined;

  constructor(options: KindRendererOptions) {
    super();
    this.#options = options;
    this.addClass('db-kind-output');
    this.#themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#data = model.data[this.#options.mimeType];
    await this.#draw();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#themes.disconnect();
    this.#clear();
    super.dispose();
  }

  async #draw(): Promise<void> {
    const { mimeType, view } = this.#options;
    try {
      const module = (await import(/* webpackIgnore: true */ view)) as ViewModule;
      if (this.isDisposed) return;
      this.#clear();
      const theme = document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
      this.#end = module.render(this.node, structuredClone(this.#data), { mimeType, theme }) ?? undefined;
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #fail(reason: string): void {
    if (this.isDisposed) return;
    this.#clear();
    const message = document.createElement('p');
    message.className = 'db-output-error';
    message.textContent = `The view of ${this.#options.label} cells failed: ${reason}`;
    this.node.append(message);
  }

  #clear(): void {
    try {
      this.#end?.();
    } finally {
      this.#end = undefined;
      this.node.replaceChildren();
    }
  }
}
