import { DaybookError, type SourcePlace } from '@daybook/shared/errors/error';
import type { AxisScale } from '@daybook/shared/results/chart';
import type { ResultColumn } from '@daybook/shared/results/window';
import { quoteName, quoteText } from '@daybook/shared/sql/quote';
import { nearest } from '@daybook/shared/text/nearest';
import { CHART_FUNCTIONS } from './words.ts';

/** A value on an axis: SQL for it, how it reads, and what stands beside the axis. */
export interface AxisTerm {
  readonly sql: string;
  readonly scale: AxisScale;
  readonly title: string;
}

/** A measure; without `aggregate` the column's own values are drawn. */
export interface MeasureTerm {
  /** The column's values as DOUBLE; `undefined` for `count()`. */
  readonly value: string | undefined;
  /** SQL of the aggregate over the group's rows. */
  readonly aggregate: string | undefined;
  readonly title: string;
  /** Parts of a whole: the groups' values add up to the value of all rows. */
  readonly additive: boolean;
}

interface Source {
  readonly from: string;
  readonly columns: readonly ResultColumn[];
}

const CALL = /^([A-Za-z_]\w*)\s*\(\s*(.*?)\s*\)$/;
const BUCKETS: readonly string[] = CHART_FUNCTIONS.x;
const AGGREGATES: Readonly<Record<string, (value: string) => string>> = {
  sum: (value) => `sum(${value})`,
  mean: (value) => `avg(${value})`,
  avg: (value) => `avg(${value})`,
  min: (value) => `min(${value})`,
  max: (value) => `max(${value})`,
  median: (value) => `median(${value})`,
};

/** An x or colour: a column, or a time bucket such as `month(date)`. Errors: `no_such_column`, `bad_chart`. */
export function axisTerm(text: string, source: Source, place: SourcePlace | undefined): AxisTerm {
  const call = source.columns.some((column) => column.name === text) ? null : CALL.exec(text);
  if (call === null) {
    const column = findColumn(text, source, place);
    const scale = scaleOf(column.type);
    return { sql: axisValue(column, scale), scale, title: column.name };
  }
  const [, name = '', argument = ''] = call;
  const bucket = name.toLowerCase();
  if (!BUCKETS.includes(bucket)) throw unknownFunction(name, [...BUCKETS], place);
  const column = findColumn(unquote(argument), source, place);
  if (scaleOf(column.type) !== 'temporal') {
    throw new DaybookError('bad_chart', `${bucket}() needs a date; “${column.name}” is ${column.type}.`, {
      ...at(place),
      action: `Make it a date in a SQL cell, for example strptime(${column.name}, '%Y-%m-%d')::DATE, and chart its result.`,
    });
  }
  const truncated = `date_trunc(${quoteText(bucket)}, ${quoteName(column.name)})`;
  const sql =
    bucket === 'hour' || bucket === 'minute' ? `CAST(${truncated} AS TIMESTAMP)` : `CAST(${truncated} AS DATE)`;
  return { sql, scale: 'temporal', title: `${column.name} (${bucket})` };
}

/** A y: a numeric column, `count()`, or an aggregate of a column. */
export function measureTerm(text: string, source: Source, place: SourcePlace | undefined): MeasureTerm {
  const call = source.columns.some((column) => column.name === text) ? null : CALL.exec(text);
  if (call === null) {
    const column = findColumn(text, source, place);
    requireNumber(column, place);
    return { value: asDouble(column), aggregate: undefined, title: column.name, additive: false };
  }
  const [, name = '', argument = ''] = call;
  const func = name.toLowerCase();
  if (func === 'count' && (argument === '' || argument === '*')) {
    return { value: undefined, aggregate: 'CAST(count(*) AS DOUBLE)', title: 'count', additive: true };
  }
  const percentile = /^p(\d{1,2})$/.exec(func)?.[1];
  const aggregate = AGGREGATES[func];
  if (aggregate === undefined && percentile === undefined && func !== 'count' && func !== 'count_distinct') {
    throw unknownFunction(name, ['count', ...Object.keys(AGGREGATES), 'p90', 'count_distinct'], place);
  }
  const column = findColumn(unquote(argument), source, place);
  const quoted = quoteName(column.name);
  if (func === 'count') return counted(`count(${quoted})`, `count of ${column.name}`, true);
  if (func === 'count_distinct') return counted(`count(DISTINCT ${quoted})`, `distinct ${column.name}`, false);
  requireNumber(column, place);
  const value = asDouble(column);
  if (percentile !== undefined) {
    const share = Number(percentile) / 100;
    return {
      value,
      aggregate: `quantile_cont(${value}, ${share})`,
      title: `${func} of ${column.name}`,
      additive: false,
    };
  }
  const word = func === 'avg' ? 'mean' : func;
  return { value, aggregate: aggregate?.(value), title: `${word} of ${column.name}`, additive: func === 'sum' };
}

function counted(sql: string, title: string, additive: boolean): MeasureTerm {
  return { value: undefined, aggregate: `CAST(${sql} AS DOUBLE)`, title, additive };
}

/** Column names match exactly, or else without case when that is unambiguous. */
function findColumn(name: string, { from, columns }: Source, place: SourcePlace | undefined): ResultColumn {
  const exact = columns.find((column) => column.name === name);
  if (exact !== undefined) return exact;
  const loose = columns.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  if (loose.length === 1 && loose[0] !== undefined) return loose[0];
  const names = columns.map((column) => column.name);
  const near = nearest(name, names, 1)[0];
  const shown =
    names
      .slice(0, 30)
      .map((each) => `“${each}”`)
      .join(', ') + (names.length > 30 ? ', …' : '');
  throw new DaybookError('no_such_column', `“${from}” has no column “${name}”. It has ${shown}.`, {
    ...at(place),
    action: near === undefined ? 'Use one of these.' : `Did you mean “${near}”?`,
  });
}

function requireNumber(column: ResultColumn, place: SourcePlace | undefined): void {
  if (scaleOf(column.type) === 'quantitative' || column.type === 'BOOLEAN') return;
  throw new DaybookError('bad_chart', `y needs numbers; “${column.name}” is ${column.type}.`, {
    ...at(place),
    action: `Count instead with y: count(), or y: count_distinct(${column.name}).`,
  });
}

export function scaleOf(type: string): AxisScale {
  if (/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\s*\d+\))$/.test(type))
    return 'quantitative';
  return /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/.test(type) ? 'temporal' : 'nominal';
}

/** As it is drawn: numbers as DOUBLE, instants without zone, everything else as text. */
function axisValue(column: ResultColumn, scale: AxisScale): string {
  const name = quoteName(column.name);
  if (scale === 'quantitative') return `CAST(${name} AS DOUBLE)`;
  if (scale === 'temporal') return column.type === 'DATE' ? name : `CAST(${name} AS TIMESTAMP)`;
  return `coalesce(CAST(${name} AS VARCHAR), '(empty)')`;
}

function asDouble(column: ResultColumn): string {
  return `CAST(${quoteName(column.name)} AS DOUBLE)`;
}

function unquote(argument: string): string {
  const match = /^"((?:[^"]|"")*)"$/.exec(argument);
  return match === null ? argument : (match[1] ?? '').replaceAll('""', '"');
}

function unknownFunction(name: string, known: readonly string[], place: SourcePlace | undefined): DaybookError {
  const near = nearest(name, known, 1)[0];
  return new DaybookError('bad_chart', `There is no “${name}()” here.`, {
    ...at(place),
    action:
      near === undefined ? `Use one of ${known.map((each) => `${each}()`).join(', ')}.` : `Did you mean ${near}()?`,
  });
}

function at(place: SourcePlace | undefined): { place?: SourcePlace } {
  return place === undefined ? {} : { place };
}
