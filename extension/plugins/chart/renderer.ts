import { ChartBundle } from '@daybook/shared/results/chart';
import { CHART_MIME } from '@daybook/shared/results/mime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { Chart } from '../../widgets/chart/index.ts';

/**
 * Draws a chart output. The chart is plain DOM that watches its own size and place, so it may be
 * filled before or after Lumino attaches the widget.
 */
export class ChartRenderer extends Widget implements IRenderMime.IRenderer {
  #chart: Chart | undefined;
  #shown: unknown;

  constructor() {
    super();
    this.addClass('db-chart-output');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[CHART_MIME];
    if (this.#chart !== undefined && data === this.#shown) return;
    this.#clear();
    const parsed = ChartBundle.safeParse(data);
    if (!parsed.success) {
      const message = document.createElement('p');
      message.className = 'db-output-error';
      message.textContent =
        'This chart’s data is damaged or was written by a newer Daybook. Run the cell again to make it anew.';
      this.node.append(message);
      return;
    }
    this.#shown = data;
    this.#chart = new Chart({ bundle: parsed.data });
    this.node.append(this.#chart.element);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#clear();
    super.dispose();
  }

  #clear(): void {
    this.#chart?.dispose();
    this.#chart = undefined;
    this.#shown = undefined;
    this.node.replaceChildren();
  }
}
