import { DaybookError } from '@daybook/shared/errors/error';
import type { ChartType } from '@daybook/shared/results/chart';
import { quoteName } from '@daybook/shared/sql/quote';
import { DISPLAY } from '../../display/symbol.ts';
import type { Relation } from '../relation/relation.ts';
import { figure } from './figure.ts';

const CHARTS: readonly ChartType[] = ['line', 'bar', 'area', 'scatter', 'histogram', 'pie'];

/** Groups of a box plot, and columns and rows of a heatmap. */
const MOST_GROUPS = 100;

type Draw = (data: unknown, options: Record<string, unknown>) => object;

/**
 * `Plot.line(data, { x, y, colour, title, unit })` and the like: charts of an array of objects, any
 * other table, or a relation. The engine aggregates; only what is drawn travels. `relation` makes
 * a relation of any data.
 */
export function makePlot(relation: (data: unknown) => Relation): Readonly<Record<string, Draw | typeof figure>> {
  const charts = CHARTS.map((type): [string, Draw] => [
    type,
    (data, options = {}) => relation(data).plot({ ...options, type }),
  ]);
  return Object.freeze({
    ...Object.fromEntries(charts),
    box: (data: unknown, options: Record<string, unknown> = {}) => later(() => box(relation(data), options)),
    heatmap: (data: unknown, options: Record<string, unknown> = {}) => later(() => heatmap(relation(data), options)),
    figure,
  });
}

function later(make: () => Promise<object>): object {
  return {
    [DISPLAY]: async () => {
      const made = (await make()) as { [DISPLAY]: () => Record<string, unknown> };
      return made[DISPLAY]();
    },
  };
}

async function box(data: Relation, options: Record<string, unknown>): Promise<object> {
  const { x, y, title } = named('box', options, ['x', 'y'], ['y']);
  const value = `CAST(${quoteName(y ?? '')} AS DOUBLE)`;
  const group = x === undefined ? "''" : `CAST(${quoteName(x)} AS VARCHAR)`;
  const rows = await data
    .around(
      (source) => `SELECT ${group} AS name, min(v) AS low, quantile_cont(v, 0.25) AS q1, median(v) AS median,
        quantile_cont(v, 0.75) AS q3, max(v) AS high FROM (SELECT *, ${value} AS v FROM ${source}) WHERE isfinite(v)
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${MOST_GROUPS}`,
    )
    .rows();
  const column = (name: string): unknown[] => rows.map((row) => row[name]);
  const trace = {
    type: 'box',
    name: y,
    ...(x === undefined ? { x: [y] } : { x: column('name') }),
    q1: column('q1'),
    median: column('median'),
    q3: column('q3'),
    lowerfence: column('low'),
    upperfence: column('high'),
  };
  return figure({ data: [trace], layout: layout({ title, x, y }) });
}

async function heatmap(data: Relation, options: Record<string, unknown>): Promise<object> {
  const { x = '', y = '', colour, title } = named('heatmap', options, ['x', 'y', 'colour'], ['x', 'y']);
  const measure = colour === undefined ? 'count(*)' : `avg(CAST(${quoteName(colour)} AS DOUBLE))`;
  const rows = await data
    .around(
      (source) => `SELECT CAST(${quoteName(x)} AS VARCHAR) AS x, CAST(${quoteName(y)} AS VARCHAR) AS y, ${measure} AS z
        FROM ${source} WHERE ${quoteName(x)} IS NOT NULL AND ${quoteName(y)} IS NOT NULL GROUP BY 1, 2 ORDER BY min(${quoteName(x)}), min(${quoteName(y)})`,
    )
    .rows(MOST_GROUPS * MOST_GROUPS);
  const xs = [...new Set(rows.map((row) => String(row.x)))].slice(0, MOST_GROUPS);
  const ys = [...new Set(rows.map((row) => String(row.y)))].slice(0, MOST_GROUPS);
  const z: unknown[][] = ys.map(() => xs.map(() => null));
  for (const row of rows) {
    const line = z[ys.indexOf(String(row.y))];
    const place = xs.indexOf(String(row.x));
    if (line !== undefined && place !== -1) line[place] = row.z;
  }
  return figure({ data: [{ type: 'heatmap', x: xs, y: ys, z }], layout: layout({ title, x, y }) });
}

function layout({ title, x, y }: { readonly [name: string]: string | undefined }): Record<string, unknown> {
  const text = (value: string | undefined) => (value === undefined ? {} : { title: { text: value } });
  return { ...text(title), xaxis: { ...text(x), type: 'category' }, yaxis: text(y) };
}

/** The options as texts; `colour` may be spelled `color`. */
function named(
  kind: string,
  options: Record<string, unknown>,
  known: readonly string[],
  needed: readonly string[],
): { readonly [name: string]: string | undefined } {
  const all: Record<string, string | undefined> = {};
  for (const [key, value] of Object.entries(options)) {
    const name = key === 'color' ? 'colour' : key;
    if (![...known, 'title'].includes(name) || typeof value !== 'string') {
      throw new DaybookError('bad_chart', `Plot.${kind} has no option “${key}” of this kind.`, {
        action: `Its options are ${[...known, 'title'].join(', ')}, each the name of a column or a text.`,
      });
    }
    all[name] = value;
  }
  const missing = needed.find((name) => all[name] === undefined);
  if (missing === undefined) return all;
  throw new DaybookError('bad_chart', `Plot.${kind} needs ${missing}.`, {
    action: `Name a column: Plot.${kind}(data, { ${needed.map((name) => `${name}: '…'`).join(', ')} }).`,
  });
}
