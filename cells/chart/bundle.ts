import type { JsonCell } from '@daybook/shared/results/bundle';
import type { ChartBundle } from '@daybook/shared/results/chart';
import { spaced } from '@daybook/shared/results/table-text';
import { CAPS, type ChartPlan } from './compile.ts';
import type { ChartSpec } from './spec.ts';

/** The query's rows (`x, c, y, n, xs, cs`) as a chart that can be drawn, read aloud and tabled. */
export function chartBundle(
  spec: ChartSpec,
  plan: ChartPlan,
  answer: { readonly rows: readonly (readonly JsonCell[])[]; readonly elapsed: number; readonly ran: number },
): ChartBundle {
  const series = new Map<string, { name: string; x: JsonCell[]; y: (number | null)[] }>();
  let shared = false;
  for (const [x = null, c = null, y = null, n = 0] of answer.rows) {
    const name = c === null ? plan.y.title : String(c);
    const one = series.get(name) ?? { name, x: [], y: [] };
    one.x.push(x);
    one.y.push(typeof y === 'number' ? y : null);
    series.set(name, one);
    shared ||= Number(n) > 1;
  }
  const yTitle = plan.fallback !== undefined && shared ? `${plan.fallback} of ${plan.y.title}` : plan.y.title;
  if (plan.colour === undefined) for (const one of series.values()) one.name = yTitle;
  const chart = {
    type: spec.type,
    x: { title: plan.x.title, scale: plan.x.scale },
    y: { title: yTitle, scale: 'quantitative' as const, ...(spec.unit === undefined ? {} : { unit: spec.unit }) },
    series: [...series.values()],
  };
  const note = noteOf(spec, plan, { rows: answer.rows, shared });
  return {
    v: 1,
    ...chart,
    ...(spec.title === undefined ? {} : { title: spec.title }),
    alt: altOf(chart, spec, plan),
    ...(plan.colour === undefined ? {} : { colour: plan.colour.title }),
    from: spec.from,
    elapsed: Math.round(answer.elapsed * 10) / 10,
    ran: answer.ran,
    ...(note === undefined ? {} : { note }),
  };
}

/** What the chart does not show, or shows otherwise than it was asked; nothing when all is there. */
function noteOf(
  spec: ChartSpec,
  plan: ChartPlan,
  { rows, shared }: { readonly rows: readonly (readonly JsonCell[])[]; readonly shared: boolean },
): string | undefined {
  const [, , , , all = 0, allSeries = 0] = rows[0] ?? [];
  const notes: string[] = [];
  if (Number(allSeries) > CAPS.series) {
    notes.push(`Largest ${CAPS.series} of ${spaced(Number(allSeries))} series.`);
  }
  const points = Number(all);
  if (spec.type === 'scatter' && points > rows.length) {
    notes.push(`${spaced(rows.length)} of ${spaced(points)} points, sampled evenly.`);
  } else if ((spec.type === 'line' || spec.type === 'area') && plan.x.scale !== 'nominal' && points > rows.length) {
    notes.push(`${spaced(rows.length)} of ${spaced(points)} points: the lowest and highest of each step.`);
  } else if (points > plan.limit && spec.type !== 'histogram' && spec.type !== 'scatter') {
    notes.push(`First ${spaced(plan.limit)} of ${spaced(points)} values of ${plan.x.title}.`);
  }
  if (plan.fallback !== undefined && shared) {
    notes.push(`Several rows share a place; their ${plan.fallback} is drawn.`);
  }
  return notes.length === 0 ? undefined : notes.join(' ');
}

const KINDS = {
  line: 'Line',
  bar: 'Bar',
  area: 'Area',
  scatter: 'Scatter',
  histogram: 'Histogram',
  pie: 'Pie',
} as const;

function altOf(chart: Pick<ChartBundle, 'x' | 'y' | 'series'>, spec: ChartSpec, plan: ChartPlan): string {
  const values = chart.series.flatMap((one) => one.y.filter((y) => y !== null));
  const kind = spec.type === 'histogram' ? 'Histogram' : `${KINDS[spec.type]} chart`;
  const what =
    spec.type === 'histogram' ? `of ${plan.x.title}` : `of ${chart.y.title}${unitOf(spec)} by ${plan.x.title}`;
  const split =
    plan.colour === undefined ? '' : `, one series for each of ${chart.series.length} values of ${plan.colour.title}`;
  if (values.length === 0) return `${kind} ${what} from ${spec.from}: there is nothing to draw.`;
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const points = `${spaced(values.length)} ${values.length === 1 ? 'point' : 'points'} between ${short(low)} and ${short(high)}`;
  return `${kind} ${what}${split}, from ${spec.from}: ${points}.`;
}

function unitOf({ unit }: ChartSpec): string {
  return unit === undefined ? '' : ` in ${unit}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
