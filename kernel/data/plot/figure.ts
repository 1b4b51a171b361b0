import { DaybookError } from '@daybook/shared/errors/error';
import { PLOTLY_MIME } from '@daybook/shared/results/mime';
import { htmlTable } from '@daybook/shared/results/table-html';
import { plainTable, sizeLine } from '@daybook/shared/results/table-text';
import { DISPLAY } from '../../display/symbol.ts';

/** Points that a page draws without standing still. */
const MOST_POINTS = 100_000;
const SHOWN_ROWS = 20;

interface PlotlyFigure {
  readonly data: readonly Record<string, unknown>[];
  readonly layout?: Record<string, unknown>;
}

/**
 * A plotly figure as it is: drawn where the front end knows plotly's output type, a table of its
 * first points elsewhere. Fails with `bad_figure` and `too_many_points`.
 */
export function figure(given: unknown): object {
  const { data, layout = {} } = parse(given);
  const points = data.reduce((sum, trace) => sum + pointsOf(trace), 0);
  if (points > MOST_POINTS) {
    throw new DaybookError(
      'too_many_points',
      `This figure has ${points.toLocaleString('en')} points; a page draws ${MOST_POINTS.toLocaleString('en')}.`,
      {
        status: 413,
        action:
          'Draw it with Plot.line, Plot.scatter or Plot.histogram, which aggregate or sample, or aggregate it in SQL first.',
      },
    );
  }
  const plain = { data: toJson(data), layout: toJson(layout) };
  return { [DISPLAY]: () => ({ [PLOTLY_MIME]: plain, ...fallbacks(data) }) };
}

function parse(given: unknown): PlotlyFigure {
  const { data } = (given ?? {}) as { data?: unknown };
  if (Array.isArray(data) && data.every((trace) => typeof trace === 'object' && trace !== null))
    return given as PlotlyFigure;
  throw new DaybookError('bad_figure', 'A plotly figure is an object with a list of traces as data.', {
    action: "Write Plot.figure({ data: [{ type: 'bar', x: […], y: […] }], layout: {} }).",
  });
}

function pointsOf(trace: Record<string, unknown>): number {
  const lengths = Object.values(trace).map((value) => (isList(value) ? value.length : 0));
  const rows = trace.z;
  const cells = isList(rows)
    ? Array.from(rows).reduce<number>((sum, row) => sum + (isList(row) ? row.length : 1), 0)
    : 0;
  return Math.max(0, cells, ...lengths);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Plain JSON: typed arrays as lists, bigints as numbers, gaps where a number is not finite. */
function toJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) => {
      if (typeof each === 'bigint') return Number(each);
      return ArrayBuffer.isView(each) && !(each instanceof DataView)
        ? Array.from(each as unknown as ArrayLike<unknown>, (item) => (typeof item === 'bigint' ? Number(item) : item))
        : each;
    }),
  );
}

function fallbacks(data: readonly Record<string, unknown>[]): Record<string, string> {
  const kinds = data.map((trace) => String(trace.type ?? 'scatter'));
  const caption = `Plotly figure of ${data.length} ${data.length === 1 ? 'trace' : 'traces'} (${[...new Set(kinds)].join(', ')})`;
  const columns = ['trace', 'x', 'y'].map((name) => ({ name, type: 'VARCHAR' }));
  const all = data.flatMap((trace, index) => {
    const [x, y] = [trace.x ?? trace.labels, trace.y ?? trace.values];
    const length = Math.min(SHOWN_ROWS, Math.max(isList(x) ? x.length : 0, isList(y) ? y.length : 0));
    const cell = (list: unknown, row: number): string => (isList(list) && row < list.length ? String(list[row]) : '');
    return Array.from({ length }, (_, row) => [String(trace.name ?? kinds[index]), cell(x, row), cell(y, row)]);
  });
  const rows = all.slice(0, SHOWN_ROWS);
  if (rows.length === 0) return { 'text/plain': caption };
  return {
    'text/html': htmlTable({ columns, rows }, caption),
    'text/plain': `${caption}\n\n${plainTable({ columns, rows }, sizeLine(all.length, 3, rows.length))}`,
  };
}
