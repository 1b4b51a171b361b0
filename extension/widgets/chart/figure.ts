import type { JsonCell } from '@daybook/shared/results/bundle';
import type { ChartBundle } from '@daybook/shared/results/chart';
import { fixed } from '../grid/number.ts';
import { textWidth } from '../grid/widths.ts';
import { inert } from './escape.ts';
import { placeLabels } from './labels.ts';
import { colourOf, type Palette } from './palette.ts';
import { categories, heightOf, labelsEnds, liesDown, plainText } from './shape.ts';
import { domain, niceScale, tickText, withUnit } from './ticks.ts';

/** What plotly draws. Plain JSON; plotly's own types cover far more than is used. */
export interface Figure {
  readonly data: readonly Record<string, unknown>[];
  readonly layout: Record<string, unknown>;
}

const LABEL_GAP = 14;
const TOP = 12;
const BOTTOM = 34;

/** A chart bundle as a plotly figure `width` px wide, in the colours of the theme. Pure. */
export function toFigure(bundle: ChartBundle, palette: Palette, width: number): Figure {
  const height = heightOf(bundle);
  const base = {
    width,
    height,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    showlegend: false,
    dragmode: false,
  };
  const font = { family: palette.font, size: 11, color: palette.ink2 };
  const hoverlabel = {
    bgcolor: palette.sheet,
    bordercolor: palette.line,
    font: { ...font, size: 12, color: palette.ink },
    align: 'left',
  };
  if (bundle.type === 'pie') {
    return {
      data: [pie(bundle, palette)],
      layout: { ...base, font, hoverlabel, margin: { l: 20, r: 20, t: 24, b: 24 } },
    };
  }
  const down = liesDown(bundle);
  const stands = bundle.type === 'bar' || bundle.type === 'area' || bundle.type === 'histogram';
  const values = bundle.series.flatMap((series) => series.y);
  const ends = domain(values, stands) ?? [0, 1];
  const scale = niceScale(ends[0], ends[1], down ? Math.max(3, Math.min(6, Math.floor(width / 130))) : 5);
  // Plotly leaves out grid lines that lie on the very end of an axis, and halves lines drawn there.
  const slack = (scale.range[1] - scale.range[0]) * 0.006;
  const shown: [number, number] = [scale.range[0] - slack, scale.range[1] + slack];
  const valueAxis = {
    range: shown,
    tickvals: [...scale.ticks],
    ticktext: tickText(scale.ticks, bundle.y.unit).map(inert),
    gridcolor: palette.line,
    zeroline: false,
    fixedrange: true,
    ticks: '',
    automargin: down,
    ticklabelstandoff: 6,
  };
  const edge = down ? 0 : 20 + Math.max(...valueAxis.ticktext.map((text) => textWidth(text, 11)));
  const titled = (bundle.y.title === '' ? 0 : 18) + TOP;
  const plot = height - titled - BOTTOM;
  const labels = labelsEnds(bundle) ? endLabels(bundle, palette, shown, plot) : { annotations: [], room: 16 };
  const annotations = [...labels.annotations, ...axisTitle(bundle, palette, edge)];
  const other = categoryAxis(bundle, width, down);
  return {
    data: bundle.series.map((series, index) => trace(bundle, series, colourOf(palette, index), down)),
    layout: {
      ...base,
      font,
      hoverlabel,
      annotations,
      margin: { l: down ? 20 : edge, r: labels.room, t: titled, b: BOTTOM },
      barmode: 'group',
      bargap: bundle.type === 'histogram' ? 0.04 : 0.28,
      bargroupgap: 0.06,
      hovermode: bundle.type === 'scatter' || stands ? 'closest' : 'x unified',
      xaxis: down ? valueAxis : other,
      yaxis: down ? other : valueAxis,
    },
  };
}

type Series = ChartBundle['series'][number];

function trace(bundle: ChartBundle, series: Series, colour: string, down: boolean): Record<string, unknown> {
  const along = series.x.map((value) => place(value, bundle.x.scale));
  const said = series.y.map((value, index) => inert(saying(bundle, series.x[index] ?? null, value)));
  const extra = bundle.series.length > 1 ? inert(series.name) : '';
  const common = {
    name: inert(series.name),
    x: down ? series.y : along,
    y: down ? along : series.y,
    customdata: said,
    hovertemplate: `%{customdata}<extra>${extra}</extra>`,
  };
  switch (bundle.type) {
    case 'bar':
    case 'histogram':
      return { ...common, type: 'bar', orientation: down ? 'h' : 'v', marker: { color: colour, opacity: 0.9 } };
    case 'scatter':
      return {
        ...common,
        type: series.x.length > 5000 ? 'scattergl' : 'scatter',
        mode: 'markers',
        marker: { color: colour, size: 6, opacity: 0.65 },
      };
    case 'area':
      return {
        ...common,
        type: 'scatter',
        mode: 'lines',
        line: { color: colour, width: 2 },
        fill: 'tozeroy',
        fillcolor: fade(colour),
      };
    default:
      return {
        ...common,
        type: 'scatter',
        mode: series.x.length === 1 ? 'markers' : 'lines',
        line: { color: colour, width: 2, shape: 'linear' },
        marker: { color: colour, size: 6 },
      };
  }
}

function pie(bundle: ChartBundle, palette: Palette): Record<string, unknown> {
  const [series] = bundle.series;
  return {
    type: 'pie',
    labels: series?.x.map((value) => inert(plainText(value))) ?? [],
    values: series?.y ?? [],
    customdata: series?.y.map((value, index) => inert(saying(bundle, series.x[index] ?? null, value))) ?? [],
    hovertemplate: '%{customdata}<extra></extra>',
    hole: 0.55,
    sort: false,
    direction: 'clockwise',
    textinfo: 'label+percent',
    textposition: 'outside',
    automargin: true,
    marker: {
      colors: series?.x.map((_, index) => colourOf(palette, index)) ?? [],
      line: { color: palette.sheet, width: 2 },
    },
  };
}

function endLabels(
  bundle: ChartBundle,
  palette: Palette,
  [low, high]: readonly [number, number],
  plot: number,
): { annotations: Record<string, unknown>[]; room: number } {
  const wanted = bundle.series.flatMap((series, index) => {
    const last = series.y.findLast((value) => value !== null);
    return last === undefined || last === null
      ? []
      : [{ name: series.name, index, at: plot * (1 - (last - low) / (high - low)) }];
  });
  // More labels than fit: those that end highest are named, the rest on hover.
  const fitting = wanted.sort((a, b) => a.at - b.at).slice(0, Math.max(1, Math.floor(plot / LABEL_GAP)));
  const clip = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name);
  const annotations = placeLabels(fitting, LABEL_GAP, 0, plot).map(({ name, index, placed }) => ({
    xref: 'paper',
    yref: 'paper',
    x: 1,
    y: 1 - placed / plot,
    xanchor: 'left',
    yanchor: 'middle',
    xshift: 8,
    showarrow: false,
    text: `<b>${inert(clip(name))}</b>`,
    font: { family: palette.font, size: 12, color: colourOf(palette, index) },
  }));
  const longest = fitting.reduce((most, { name }) => Math.max(most, clip(name).length), 0);
  return { annotations, room: Math.round(24 + longest * 7.6) };
}

function axisTitle(bundle: ChartBundle, palette: Palette, edge: number): Record<string, unknown>[] {
  if (bundle.y.title === '') return [];
  return [
    {
      xref: 'paper',
      yref: 'paper',
      x: 0,
      y: 1,
      xanchor: 'left',
      yanchor: 'bottom',
      xshift: edge === 0 ? 0 : 4 - edge,
      yshift: 8,
      showarrow: false,
      text: inert(bundle.y.title),
      font: { family: palette.font, size: 11, color: palette.ink2 },
    },
  ];
}

function categoryAxis(bundle: ChartBundle, width: number, down: boolean): Record<string, unknown> {
  const axis: Record<string, unknown> = {
    showgrid: false,
    zeroline: false,
    fixedrange: true,
    ticks: '',
    automargin: true,
    showspikes: false,
    ticklabelstandoff: down ? 6 : 8,
  };
  if (bundle.x.scale === 'nominal') {
    const names = categories(bundle).map(inert);
    return {
      ...axis,
      type: 'category',
      categoryorder: 'array',
      categoryarray: names,
      ...(down ? { autorange: 'reversed' } : {}),
    };
  }
  if (bundle.x.scale === 'temporal') return { ...axis, type: 'date', nticks: Math.max(3, Math.floor(width / 110)) };
  const values = bundle.series.flatMap((series) => series.x.filter((value) => value !== null).map(Number));
  const [low, high] = extent(values);
  if (low > high) return axis;
  const { ticks: round } = niceScale(low, high, Math.max(3, Math.floor(width / 90)), values.every(Number.isInteger));
  const ticks = round.filter((tick) => tick >= low && tick <= high);
  return { ...axis, type: 'linear', tickvals: ticks, ticktext: tickText(ticks, bundle.x.unit).map(inert) };
}

function extent(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function place(value: JsonCell, scale: ChartBundle['x']['scale']): string | number | null {
  if (scale === 'nominal') return inert(plainText(value));
  if (value === null) return null;
  return scale === 'quantitative' ? Number(value) : plainText(value);
}

function saying(bundle: ChartBundle, x: JsonCell, y: number | null): string {
  const along = bundle.x.scale === 'quantitative' ? withUnit(plainText(x), bundle.x.unit) : plainText(x);
  const value = y === null ? 'no value' : withUnit(fixed(y, Number.isInteger(y) ? 0 : 2), bundle.y.unit);
  return bundle.type === 'line' || bundle.type === 'area' ? value : `${along}: ${value}`;
}

function fade(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}22` : colour;
}
