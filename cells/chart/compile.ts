import { DaybookError } from '@daybook/shared/errors/error';
import type { ResultColumn } from '@daybook/shared/results/window';
import { quoteName } from '@daybook/shared/sql/quote';
import type { ChartSpec } from './spec.ts';
import { type AxisTerm, axisTerm, type MeasureTerm, measureTerm } from './term.ts';

/** What a chart may hold, so that it stays small in a notebook file and legible on a screen. */
export const CAPS = { series: 20, bars: 50, slices: 12, linePoints: 4_000, scatterPoints: 2_000, bins: 30 } as const;

/**
 * A chart as one query. Its rows, in drawing order:
 * `x, c` (series name or null), `y` (DOUBLE), `n` (rows behind the point), `xs` and `cs` (how many
 * x values or points, and series, there are in all).
 */
export interface ChartPlan {
  readonly sql: string;
  readonly x: AxisTerm;
  readonly y: MeasureTerm;
  readonly colour: AxisTerm | undefined;
  /** Most x values (bars, slices) or points that the query returns per chart. */
  readonly limit: number;
  /** What is drawn where several rows share a place and no aggregate was asked for. */
  readonly fallback: 'sum' | 'mean' | undefined;
}

/** A query whose columns describe the source, without reading it. */
export function probeSql(spec: ChartSpec): string {
  return `SELECT * FROM ${sourceSql(spec)} LIMIT 0`;
}

/** Turns a chart into SQL, given the source's columns. Everything a user wrote is quoted. */
export function compileChart(spec: ChartSpec, columns: readonly ResultColumn[]): ChartPlan {
  const source = { from: spec.from, columns };
  const x = axisTerm(spec.x, source, spec.places.x);
  const y = measureTerm(spec.y, source, spec.places.y);
  const colour =
    spec.colour === undefined ? undefined : axisTerm(spec.colour, source, spec.places.colour ?? spec.places.color);
  const terms = { x, y, colour };
  switch (spec.type) {
    case 'histogram':
      return histogram(spec, terms);
    case 'scatter':
      return scatter(spec, terms);
    case 'line':
    case 'area':
      return x.scale === 'nominal' ? bars(spec, terms) : line(spec, terms);
    case 'bar':
    case 'pie':
      return bars(spec, terms);
  }
}

interface Terms {
  readonly x: AxisTerm;
  readonly y: MeasureTerm;
  readonly colour: AxisTerm | undefined;
}

/** Groups: one row per x and series. Rows without an x have no place and are left out. */
function groups(spec: ChartSpec, { x, y, colour }: Terms): { sql: string; fallback: ChartPlan['fallback'] } {
  const fallback = y.aggregate !== undefined ? undefined : spec.type === 'line' ? 'mean' : 'sum';
  const aggregate = y.aggregate ?? `${fallback === 'mean' ? 'avg' : 'sum'}(${y.value})`;
  const sql = `groups AS (
  SELECT ${x.sql} AS x, ${seriesSql(colour)} AS c, CAST(${aggregate} AS DOUBLE) AS y, count(*) AS n
  FROM ${sourceSql(spec)}
  WHERE ${x.sql} IS NOT NULL
  GROUP BY 1, 2
), series AS (
  SELECT c, row_number() OVER (ORDER BY sum(n) DESC, c) AS place, count(*) OVER () AS cs
  FROM groups GROUP BY c
)`;
  return { sql, fallback };
}

function bars(spec: ChartSpec, terms: Terms): ChartPlan {
  const { sql, fallback } = groups(spec, terms);
  const limit =
    spec.limit ?? (spec.type === 'pie' ? CAPS.slices : terms.x.scale === 'nominal' ? CAPS.bars : CAPS.linePoints);
  const order = { x: 'x', '-x': 'x DESC', y: 'total NULLS LAST, x', '-y': 'total DESC NULLS LAST, x' }[
    spec.sort ?? (terms.x.scale === 'nominal' && spec.type !== 'line' && spec.type !== 'area' ? '-y' : 'x')
  ];
  return {
    ...terms,
    fallback,
    limit,
    sql: `WITH ${sql}, places AS (
  SELECT x, row_number() OVER (ORDER BY ${order}) AS place, count(*) OVER () AS xs
  FROM (SELECT x, sum(y) AS total FROM groups GROUP BY x)
)
SELECT groups.x, groups.c, groups.y, groups.n, places.xs, series.cs
FROM groups JOIN places ON groups.x = places.x JOIN series ON groups.c IS NOT DISTINCT FROM series.c
WHERE places.place <= ${limit} AND series.place <= ${CAPS.series}
ORDER BY series.place, places.place`,
  };
}

/**
 * Lines run along x. One with more points than fit keeps the lowest and the highest point of
 * each of equally many steps: no peak gets lost.
 */
function line(spec: ChartSpec, terms: Terms): ChartPlan {
  const { sql, fallback } = groups(spec, terms);
  const limit = spec.limit ?? CAPS.linePoints;
  const steps = `greatest(1, ${limit} // (2 * least(cs, ${CAPS.series})))`;
  return {
    ...terms,
    fallback,
    limit,
    sql: `WITH ${sql}, numbered AS (
  SELECT groups.*, cs, place, row_number() OVER (PARTITION BY groups.c ORDER BY x) - 1 AS i,
    count(*) OVER (PARTITION BY groups.c) AS points, count(*) OVER () AS xs
  FROM groups JOIN series ON groups.c IS NOT DISTINCT FROM series.c
  WHERE place <= ${CAPS.series}
), steps AS (
  SELECT *, CASE WHEN points <= 2 * ${steps} THEN i ELSE i * ${steps} // points END AS step FROM numbered
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY place, step ORDER BY y, i) AS low,
    row_number() OVER (PARTITION BY place, step ORDER BY y DESC, i) AS high
  FROM steps
)
SELECT x, c, y, n, xs, cs FROM ranked WHERE low = 1 OR high = 1 ORDER BY place, i${spec.sort === '-x' ? ' DESC' : ''}`,
  };
}

/** Points as they are. Of too many, the same ones are drawn each time: those whose number hashes low. */
function scatter(spec: ChartSpec, terms: Terms): ChartPlan {
  const { x, y, colour } = terms;
  if (y.value === undefined || y.aggregate !== undefined) {
    throw new DaybookError('bad_chart', `A scatter chart draws single rows, and “${spec.y}” is computed from many.`, {
      ...(spec.places.y === undefined ? {} : { place: spec.places.y }),
      action: 'Name a column as y, or use type: line or type: bar.',
    });
  }
  const limit = spec.limit ?? CAPS.scatterPoints;
  return {
    ...terms,
    fallback: undefined,
    limit,
    sql: `WITH points AS (
  SELECT ${x.sql} AS x, ${seriesSql(colour)} AS c, ${y.value} AS y, row_number() OVER () AS i
  FROM ${sourceSql(spec)}
), drawn AS (
  SELECT *, count(*) OVER () AS xs FROM points WHERE x IS NOT NULL AND y IS NOT NULL
), series AS (
  SELECT c, row_number() OVER (ORDER BY count(*) DESC, c) AS place, count(*) OVER () AS cs FROM drawn GROUP BY c
), sample AS (
  SELECT drawn.*, place, cs FROM drawn JOIN series ON drawn.c IS NOT DISTINCT FROM series.c
  WHERE place <= ${CAPS.series} ORDER BY hash(i), i LIMIT ${limit}
)
SELECT x, c, y, 1 AS n, xs, cs FROM sample ORDER BY place, i`,
  };
}

/** Counts in equal bins of a round width; x is the middle of the bin. */
function histogram(spec: ChartSpec, terms: Terms): ChartPlan {
  const { x, colour } = terms;
  if (x.scale !== 'quantitative') {
    throw new DaybookError('bad_chart', `A histogram needs numbers; “${spec.x}” has none.`, {
      ...(spec.places.x === undefined ? {} : { place: spec.places.x }),
      action: 'Use type: bar to count the values of a text or date column.',
    });
  }
  const bins = spec.limit ?? CAPS.bins;
  return {
    ...terms,
    fallback: undefined,
    limit: bins + 2,
    sql: `WITH points AS (
  SELECT ${x.sql} AS v, ${seriesSql(colour)} AS c FROM ${sourceSql(spec)} WHERE isfinite(${x.sql})
), range AS (
  SELECT (max(v) - min(v)) / ${bins} AS rough FROM points
), magnitude AS (
  SELECT rough, CASE WHEN rough > 0 THEN pow(10, floor(log10(rough))) ELSE 1 END AS m FROM range
), width AS (
  SELECT m * CASE WHEN rough <= m THEN 1 WHEN rough <= 2 * m THEN 2 WHEN rough <= 5 * m THEN 5 ELSE 10 END AS w FROM magnitude
), series AS (
  SELECT c, row_number() OVER (ORDER BY count(*) DESC, c) AS place, count(*) OVER () AS cs FROM points GROUP BY c
)
SELECT (floor(v / w) + 0.5) * w AS x, points.c, CAST(count(*) AS DOUBLE) AS y, count(*) AS n, 0 AS xs, any_value(cs) AS cs
FROM points CROSS JOIN width JOIN series ON points.c IS NOT DISTINCT FROM series.c
WHERE place <= ${CAPS.series}
GROUP BY floor(v / w), w, points.c, place ORDER BY place, x`,
  };
}

function seriesSql(colour: AxisTerm | undefined): string {
  return colour === undefined ? 'CAST(NULL AS VARCHAR)' : `CAST(${colour.sql} AS VARCHAR)`;
}

function sourceSql({ source, from }: ChartSpec): string {
  return source ?? sourceName(from);
}

/** `schema.table` in its parts; anything else whole, so that paths and odd names work. */
function sourceName(from: string): string {
  const isFile = /\.(parquet|csv|tsv|json|ndjson|jsonl|gz)$/i.test(from);
  if (!isFile && /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*){1,2}$/u.test(from)) {
    return from.split('.').map(quoteName).join('.');
  }
  return quoteName(from);
}
