import { PLOTLY_MIME } from '@daybook/shared/results/mime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { z } from 'zod';
import { PlotlyFigure } from '../../widgets/chart/index.ts';

const Figure = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  layout: z.record(z.string(), z.unknown()).default({}),
});

/** Draws plotly's own figures, as `Plot.figure` and other languages' libraries make them. */
export class FigureRenderer extends Widget implements IRenderMime.IRenderer {
  #figure: PlotlyFigure | undefined;
  #shown: unknown;

  constructor() {
    super();
    this.addClass('db-chart-output');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[PLOTLY_MIME];
    if (this.#figure !== undefined && data === this.#shown) return;
    this.#clear();
    const parsed = Figure.safeParse(data);
    if (!parsed.success) {
      const message = document.createElement('p');
      message.className = 'db-output-error';
      message.textContent = 'This is not a figure that plotly can draw. Run the cell again to make it anew.';
      this.node.append(message);
      return;
    }
    this.#shown = data;
    const text = model.data['text/plain'];
    const label = typeof text === 'string' ? (text.split('\n')[0] ?? 'Figure') : 'Figure';
    this.#figure = new PlotlyFigure(parsed.data, label);
    this.node.append(this.#figure.element);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#clear();
    super.dispose();
  }

  #clear(): void {
    this.#figure?.dispose();
    this.#figure = undefined;
    this.#shown = undefined;
    this.node.replaceChildren();
  }
}
