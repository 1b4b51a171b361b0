import { element } from '../grid/element.ts';
import type { Figure } from './figure.ts';
import { type Palette, readPalette } from './palette.ts';
import { loadPlotly, type Plotly } from './plotly.ts';
import { watchTheme } from './theme.ts';

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false } as const;
const HEIGHT = 360;
const MOST_HEIGHT = 2_000;

/** A plotly figure of the user's own, in the theme's colours and face where it names none. */
export class PlotlyFigure {
  readonly element: HTMLElement;
  readonly #figure: Figure;
  readonly #host = element('div', { class: 'db-plotly-host' });
  readonly #sizes = new ResizeObserver(() => void this.#draw());
  readonly #forget: () => void;
  #plotly: Plotly | undefined;
  #drawn = '';
  #over = false;

  constructor(figure: Figure, label: string) {
    this.#figure = figure;
    const height = Number(figure.layout.height);
    this.#host.style.height = `${height > 0 ? Math.min(height, MOST_HEIGHT) : HEIGHT}px`;
    this.element = element('div', {
      class: 'db-plotly',
      attributes: { role: 'img', 'aria-label': label },
      children: [this.#host],
    });
    this.#sizes.observe(this.#host);
    this.#forget = watchTheme(() => void this.#draw());
  }

  /** Ends drawing and watching; idempotent. */
  dispose(): void {
    this.#over = true;
    this.#sizes.disconnect();
    this.#forget();
    if (this.#drawn !== '') this.#plotly?.purge(this.#host);
    this.#drawn = '';
  }

  async #draw(): Promise<void> {
    const width = this.#host.clientWidth;
    if (width === 0 || this.#over) return;
    try {
      this.#plotly ??= await loadPlotly();
      const palette = readPalette(this.element);
      const looks = `${width} ${JSON.stringify(palette)}`;
      if (this.#over || looks === this.#drawn) return;
      this.#drawn = looks;
      const height = this.#host.clientHeight;
      await this.#plotly.react(
        this.#host,
        structuredClone(this.#figure.data),
        { ...themed(this.#figure.layout, palette), width, height },
        CONFIG,
      );
    } catch (error) {
      this.#drawn = '';
      this.#host.replaceChildren(
        element('p', {
          class: 'db-chart-problem',
          text: `This figure could not be drawn. ${error instanceof Error ? error.message : String(error)}`,
        }),
      );
    }
  }
}

function themed(layout: Record<string, unknown>, palette: Palette): Record<string, unknown> {
  const axis = { gridcolor: palette.line, zerolinecolor: palette.line, automargin: true };
  const axes = Object.fromEntries(
    Object.entries({ xaxis: {}, yaxis: {}, ...layout })
      .filter(([name, value]) => /^[xy]axis\d*$/.test(name) && typeof value === 'object')
      .map(([name, value]) => [name, { ...axis, ...(value as object) }]),
  );
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    colorway: [...palette.series],
    font: { family: palette.font, size: 12, color: palette.ink },
    margin: { l: 48, r: 16, t: layout.title === undefined ? 16 : 48, b: 40 },
    ...structuredClone(layout),
    ...structuredClone(axes),
  };
}
