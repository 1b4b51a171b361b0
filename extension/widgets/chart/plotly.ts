import type { Figure } from './figure.ts';

/** The part of plotly that charts use. */
export interface Plotly {
  react(
    host: HTMLElement,
    data: Figure['data'],
    layout: Figure['layout'],
    config: Record<string, unknown>,
  ): Promise<unknown>;
  purge(host: HTMLElement): void;
  toImage(
    figure: Figure,
    options: { format: 'png' | 'svg'; width: number; height: number; scale?: number },
  ): Promise<string>;
}

let loading: Promise<Plotly> | undefined;

/** Loads plotly once, when the first chart comes near the screen; a failed load is tried again next time. */
export function loadPlotly(): Promise<Plotly> {
  loading ??= import('plotly.js-dist-min').then(
    (module) => {
      const found: unknown = 'react' in module ? module : (module as { default: unknown }).default;
      return found as Plotly;
    },
    (cause: unknown) => {
      loading = undefined;
      throw new Error('The drawing library could not be loaded. Check the connection.', { cause });
    },
  );
  return loading;
}
