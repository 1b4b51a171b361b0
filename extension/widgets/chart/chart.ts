import type { ChartBundle } from '@daybook/shared/results/chart';
import { button, element } from '../grid/element.ts';
import { type Figure, toFigure } from './figure.ts';
import { chartKey } from './key.ts';
import { readPalette } from './palette.ts';
import { loadPlotly, type Plotly } from './plotly.ts';
import { heightOf, isEmpty } from './shape.ts';
import { sketch, waiting } from './sketch.ts';
import { chartTable } from './table.ts';
import { watchTheme } from './theme.ts';

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, doubleClick: false } as const;
/** How far below or above the screen drawing begins. */
const NEAR = '600px';

export interface ChartOptions {
  readonly bundle: ChartBundle;
  /** Loads the drawing library. */
  readonly load?: () => Promise<Plotly>;
}

/**
 * One chart: put `element` anywhere, at any time, and call `dispose` when done with it. Its height
 * is there from the start; the drawing follows when it comes near the screen, and again whenever
 * the column's width or the theme changes.
 */
export class Chart {
  readonly element: HTMLElement;
  readonly #bundle: ChartBundle;
  readonly #load: () => Promise<Plotly>;
  readonly #host: HTMLElement;
  readonly #figure: HTMLElement;
  readonly #problem = element('div', { class: 'db-chart-problem', attributes: { role: 'alert' } });
  readonly #toggle: HTMLButtonElement;
  readonly #ending = new AbortController();
  #plotly: Plotly | undefined;
  #table: HTMLElement | undefined;
  #waiting: Element | undefined;
  #near = false;
  #drawn = '';
  #frame: number | undefined;

  constructor({ bundle, load = loadPlotly }: ChartOptions) {
    this.#bundle = bundle;
    this.#load = load;
    this.#host = element('div', { class: 'db-chart-host', attributes: { 'aria-hidden': 'true' } });
    this.#figure = element('div', {
      class: 'db-chart-figure',
      attributes: { role: 'img', 'aria-label': bundle.alt, style: `height:${heightOf(bundle)}px` },
      children: [this.#host],
    });
    this.#problem.hidden = true;
    this.#toggle = button('Show as table', () => this.#flip(), { attributes: { 'aria-pressed': 'false' } });
    this.element = element('div', {
      class: 'db-chart',
      children: [
        bundle.title === undefined ? undefined : element('div', { class: 'db-chart-title', text: bundle.title }),
        chartKey(bundle),
        this.#figure,
        this.#problem,
        element('div', {
          class: 'db-chart-foot',
          children: [
            element('span', { class: 'db-chart-note', text: bundle.note ?? '' }),
            this.#toggle,
            button('PNG', () => void this.#save('png'), { attributes: { title: 'Download the chart as a PNG image' } }),
            button('SVG', () => void this.#save('svg'), {
              attributes: { title: 'Download the chart as an SVG drawing' },
            }),
          ],
        }),
      ],
    });
    if (isEmpty(bundle)) {
      this.#figure.replaceChildren(
        element('p', { class: 'db-chart-empty', text: `Nothing to draw: ${bundle.from} has no rows with values.` }),
      );
      return;
    }
    this.#watch();
  }

  /** Ends drawing and watching; idempotent. */
  dispose(): void {
    this.#ending.abort();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    if (this.#drawn !== '') this.#plotly?.purge(this.#host);
    this.#drawn = '';
  }

  #watch(): void {
    const { signal } = this.#ending;
    const sight = new IntersectionObserver(
      ([entry]) => {
        this.#near = entry?.isIntersecting === true;
        if (this.#near) this.#schedule();
      },
      { rootMargin: NEAR },
    );
    sight.observe(this.element);
    const sizes = new ResizeObserver(() => this.#schedule());
    sizes.observe(this.#figure);
    const forget = watchTheme(() => this.#schedule());
    signal.addEventListener('abort', () => {
      sight.disconnect();
      sizes.disconnect();
      forget();
    });
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      void this.#draw();
    });
  }

  async #draw(): Promise<void> {
    const width = this.#figure.clientWidth;
    if (!this.#near || width === 0 || this.#ending.signal.aborted) return;
    try {
      if (this.#plotly === undefined) this.#sketch(width);
      this.#plotly ??= await this.#load();
      if (this.#ending.signal.aborted) return;
      const palette = readPalette(this.element);
      const looks = `${width} ${JSON.stringify(palette)}`;
      if (looks === this.#drawn) return;
      const { data, layout } = toFigure(this.#bundle, palette, width);
      this.#drawn = looks;
      await this.#plotly.react(this.#host, data, layout, CONFIG);
      this.#waiting?.remove();
      this.#waiting = undefined;
      this.#tell('');
    } catch (error) {
      this.#drawn = '';
      this.#tell(
        `The chart could not be drawn. ${error instanceof Error ? error.message : ''} Its figures are in the table.`,
      );
      if (this.#table === undefined) this.#flip();
    }
  }

  /** Something to see until plotly is here: the first chart of a page waits for 4.6 MB. */
  #sketch(width: number): void {
    const figure = toFigure(this.#bundle, readPalette(this.element), width);
    const drawing = sketch(this.#bundle, figure, width, heightOf(this.#bundle)) ?? waiting();
    this.#waiting?.remove();
    this.#waiting = drawing;
    this.#figure.prepend(drawing);
  }

  #flip(): void {
    if (this.#table === undefined) {
      this.#table = chartTable(this.#bundle);
      this.#table.style.maxHeight = `${heightOf(this.#bundle)}px`;
      this.#figure.after(this.#table);
    } else {
      this.#table.remove();
      this.#table = undefined;
    }
    const shown = this.#table !== undefined;
    this.#figure.hidden = shown;
    this.#toggle.textContent = shown ? 'Show as chart' : 'Show as table';
    this.#toggle.setAttribute('aria-pressed', String(shown));
    if (!shown) this.#schedule();
  }

  async #save(format: 'png' | 'svg'): Promise<void> {
    try {
      this.#plotly ??= await this.#load();
      const palette = readPalette(this.element);
      const width = Math.max(480, this.#figure.clientWidth || this.element.clientWidth);
      const figure: Figure = toFigure(this.#bundle, palette, width);
      const layout = { ...figure.layout, paper_bgcolor: palette.sheet };
      const height = heightOf(this.#bundle);
      const href = await this.#plotly.toImage(
        { data: figure.data, layout },
        { format, width, height, scale: format === 'png' ? 2 : 1 },
      );
      const name =
        (this.#bundle.title ?? this.#bundle.from).replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') ||
        'chart';
      const link = element('a', { attributes: { href, download: `${name}.${format}` } });
      document.body.append(link);
      link.click();
      link.remove();
    } catch (error) {
      this.#tell(
        `The ${format.toUpperCase()} could not be made. ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #tell(text: string): void {
    this.#problem.textContent = text;
    this.#problem.hidden = text === '';
  }
}
