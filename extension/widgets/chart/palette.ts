/** Colours and face of a chart, as the page's theme has them now. */
export interface Palette {
  readonly series: readonly string[];
  readonly ink: string;
  readonly ink2: string;
  readonly line: string;
  readonly sheet: string;
  readonly font: string;
}

const SERIES = 8;

/** Reads the tokens that hold at an element. */
export function readPalette(at: Element): Palette {
  const style = getComputedStyle(at);
  const token = (name: string, otherwise: string): string => style.getPropertyValue(`--db-${name}`).trim() || otherwise;
  return {
    series: Array.from({ length: SERIES }, (_, index) => token(`c${index + 1}`, '#3345b8')),
    ink: token('ink', '#1d1f23'),
    ink2: token('ink-2', '#5c6068'),
    line: token('line', '#e6e2d8'),
    sheet: token('sheet', '#ffffff'),
    font: token('font-ui', 'system-ui, sans-serif'),
  };
}

export function colourOf(palette: Palette, index: number): string {
  return palette.series[index % palette.series.length] ?? palette.ink;
}
