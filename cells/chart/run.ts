import { DaybookError } from '@daybook/shared/errors/error';
import type { EngineResult, RunContext } from '@daybook/shared/ports/run-context';
import type { ChartBundle } from '@daybook/shared/results/chart';
import { CHART_MIME } from '@daybook/shared/results/mime';
import { htmlTable } from '@daybook/shared/results/table-html';
import { plainTable, sizeLine } from '@daybook/shared/results/table-text';
import type { CellSource } from '../magic.ts';
import { placed } from '../placed.ts';
import { chartBundle } from './bundle.ts';
import { compileChart, probeSql } from './compile.ts';
import { type ChartSpec, chartSpec } from './spec.ts';

const SHOWN_ROWS = 20;

/** Runs a `%%chart` cell: aggregates in the engine and shows what is to be drawn. */
export async function runChart(cell: CellSource, context: RunContext): Promise<void> {
  const spec = chartSpec(cell);
  const { signal } = context;
  const query: ChartQuery = (sql, first) =>
    context.data.query(sql, { keep: false, first, signal }).catch((error: unknown) => {
      // Places in it are those of SQL that the user never saw.
      throw error instanceof DaybookError ? placed(error, spec.places.from) : error;
    });
  context.display(await drawChart(spec, query, context.now()));
}

/** Runs SQL and brings back its first rows; nothing is kept. */
export type ChartQuery = (sql: string, first: number) => Promise<Pick<EngineResult, 'columns' | 'first' | 'elapsed'>>;

/** The chart as an output. */
export async function drawChart(spec: ChartSpec, query: ChartQuery, ran: number): Promise<Record<string, unknown>> {
  const { columns } = await query(probeSql(spec), 0);
  const plan = compileChart(spec, columns);
  const answer = await query(plan.sql, Number.MAX_SAFE_INTEGER);
  const bundle = chartBundle(spec, plan, { rows: answer.first, elapsed: answer.elapsed, ran });
  return { [CHART_MIME]: bundle, ...fallbacks(bundle) };
}

/** The chart as a table, for viewers that cannot draw it. */
function fallbacks(bundle: ChartBundle): Record<string, string> {
  const split = bundle.colour;
  const columns = [
    { name: bundle.x.title, type: bundle.x.scale === 'quantitative' ? 'DOUBLE' : 'VARCHAR' },
    ...(split === undefined ? [] : [{ name: split, type: 'VARCHAR' }]),
    { name: bundle.y.title, type: 'DOUBLE' },
  ];
  const all = bundle.series.flatMap(({ name, x, y }) =>
    x.map((each, index) => [each, ...(split === undefined ? [] : [name]), y[index] ?? null]),
  );
  const rows = all.slice(0, SHOWN_ROWS);
  const size = sizeLine(all.length, columns.length, rows.length);
  const caption = bundle.title === undefined ? bundle.alt : `${bundle.title}. ${bundle.alt}`;
  return {
    'text/html': htmlTable({ columns, rows }, caption),
    'text/plain': `${caption}\n\n${plainTable({ columns, rows }, size)}`,
  };
}
