import { ResultBundle } from '@daybook/shared/results/bundle';
import { RESULT_MIME } from '@daybook/shared/results/mime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { z } from 'zod';
import { ResultGrid, type ResultSource } from '../../widgets/grid/index.ts';

/** Cells come from JSON and are drawn defensively: checking each of them again would only cost time. */
const Bundle = ResultBundle.extend({ first: z.array(z.array(z.custom<ResultBundle['first'][number][number]>())) });

/**
 * Draws a result output. The grid is plain DOM that watches its own size, so it may be filled
 * before or after Lumino attaches the widget: outputs of a saved notebook under deferred windowing
 * never get `before-attach`.
 */
export class ResultRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #sourceOf: (id: string, node: HTMLElement) => ResultSource;
  #grid: ResultGrid | undefined;
  #shown: string | undefined;

  /** `sourceOf` gives what answers for a result that is shown in a node of the page. */
  constructor(sourceOf: (id: string, node: HTMLElement) => ResultSource) {
    super();
    this.#sourceOf = sourceOf;
    this.addClass('db-result-output');
    // Letters mean something to the notebook's command mode (`x` cuts the cell); not from in here.
    this.node.addEventListener('keydown', (event) => {
      const { key, ctrlKey, metaKey, altKey } = event;
      if (key.length === 1 && !ctrlKey && !metaKey && !altKey) event.stopPropagation();
    });
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const parsed = Bundle.safeParse(model.data[RESULT_MIME]);
    if (!parsed.success) {
      this.#clear();
      const message = document.createElement('p');
      message.className = 'db-output-error';
      message.textContent =
        'This table’s data is damaged or was written by a newer Daybook. Run the cell again to make it anew.';
      this.node.append(message);
      return;
    }
    const bundle = parsed.data;
    // A notebook draws the same output again on trust and metadata changes: the reader's place stays.
    const identity = `${bundle.id}\n${bundle.ran}\n${bundle.summary === undefined}`;
    if (this.#grid !== undefined && identity === this.#shown) return;
    this.#clear();
    this.#shown = identity;
    this.#grid = new ResultGrid({
      bundle,
      source: this.#sourceOf(bundle.id, this.node),
      live: bundle.ran >= performance.timeOrigin,
    });
    this.node.append(this.#grid.element);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#clear();
    super.dispose();
  }

  #clear(): void {
    this.#grid?.dispose();
    this.#grid = undefined;
    this.#shown = undefined;
    this.node.replaceChildren();
  }
}
