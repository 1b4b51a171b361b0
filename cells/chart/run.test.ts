import type { RunContext } from '@daybook/shared/ports/run-context';
import { ChartBundle } from '@daybook/shared/results/chart';
import { CHART_MIME } from '@daybook/shared/results/mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../kernel/data/engine.ts';
import { DATASETS } from '../../kernel/data/testing.ts';
import { parseCell } from '../magic.ts';
import { CAPS } from './compile.ts';
import { runChart } from './run.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ kernelId: 'k', cwd: DATASETS, workspace: DATASETS });
  await engine.query("SELECT symbol, strptime(date, '%b %-d %Y')::DATE AS date, price FROM 'stocks.csv'", {
    name: 'stocks_by_day',
  });
});
afterAll(() => engine.close());

async function draw(body: string): Promise<{ chart: ChartBundle; text: string; html: string }> {
  const shown: Record<string, unknown>[] = [];
  const context: RunContext = {
    data: engine,
    variable: async () => undefined,
    nameResult: async () => undefined,
    display: (data) => void shown.push(data),
    signal: new AbortController().signal,
    now: () => 1000,
  };
  await runChart(parseCell(`%%chart\n${body}`), context);
  const [output = {}] = shown;
  return {
    chart: ChartBundle.parse(output[CHART_MIME]),
    text: String(output['text/plain']),
    html: String(output['text/html']),
  };
}

describe('a chart cell', () => {
  test('bars by month over three million rows', async () => {
    const { chart, text, html } = await draw('type: bar\nfrom: flights_3m\nx: month(date)\ny: mean(delay)\nunit: min');
    expect(chart.x).toEqual({ title: 'date (month)', scale: 'temporal' });
    expect(chart.y).toEqual({ title: 'mean of delay', scale: 'quantitative', unit: 'min' });
    expect(chart.series).toHaveLength(1);
    expect(chart.series[0]?.x[0]).toBe('2001-01-01');
    expect(chart.note).toBeUndefined();
    expect(chart.alt).toMatch(
      /^Bar chart of mean of delay in min by date \(month\), from flights_3m: \d+ points between /,
    );
    expect(text).toContain('date (month)');
    expect(html).toContain('<caption>Bar chart');
  });

  test('lines, one for each colour, drawn as they are', async () => {
    const { chart } = await draw('type: line\nfrom: stocks_by_day\nx: date\ny: price\ncolour: symbol');
    expect(chart.series.map(({ name }) => name).sort()).toEqual(['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT']);
    expect(chart.y.title).toBe('price');
    expect(chart.note).toBeUndefined();
    expect(chart.series.find(({ name }) => name === 'MSFT')?.y.slice(0, 2)).toEqual([39.81, 36.35]);
  });

  test('a line of more points than fit keeps its peaks and says so', async () => {
    const { chart } = await draw('type: line\nfrom: flights_3m\nx: date\ny: max(delay)');
    const [series] = chart.series;
    const highest = await engine.query(
      'SELECT max(delay), min(delay) FROM (SELECT max(delay) AS delay FROM flights_3m GROUP BY date)',
    );
    expect(series?.y.length).toBeLessThanOrEqual(CAPS.linePoints + 2);
    expect([Math.max(...(series?.y ?? []).map(Number)), Math.min(...(series?.y ?? []).map(Number))]).toEqual(
      highest.first[0],
    );
    expect([...(series?.x ?? [])]).toEqual([...(series?.x ?? [])].sort());
    expect(chart.note).toMatch(/points: the lowest and highest of each step/);
  });

  test('too many bars and series are named in the note', async () => {
    const { chart } = await draw('type: bar\nfrom: flights_3m\nx: origin\ny: count()\ncolour: destination');
    expect(chart.series).toHaveLength(CAPS.series);
    expect(chart.note).toMatch(/Largest 20 of \d+ series\. First 50 of \d+ values of origin\./);
  });

  test('a scatter of many rows is the same sample each time', async () => {
    const body = 'type: scatter\nfrom: flights_3m\nx: distance\ny: delay';
    const { chart } = await draw(body);
    expect(chart.series[0]?.x).toHaveLength(CAPS.scatterPoints);
    expect(chart.note).toBe('2\u202f000 of 3\u202f000\u202f000 points, sampled evenly.');
    expect((await draw(body)).chart.series).toEqual(chart.series);
  });

  test('a histogram counts every row in bins of a round width', async () => {
    const { chart } = await draw('type: histogram\nfrom: flights_3m\nx: delay');
    const [series] = chart.series;
    expect(series?.y.reduce((sum: number, each) => sum + Number(each), 0)).toBe(3_000_000);
    expect(Number(series?.x[1]) - Number(series?.x[0])).toBeGreaterThan(0);
    expect(series?.x.length).toBeLessThanOrEqual(CAPS.bins + 2);
  });

  test('rows that share a place are summed, and the note says so', async () => {
    const { chart } = await draw('type: pie\nfrom: cars\nx: Origin\ny: Cylinders');
    expect(chart.y.title).toBe('sum of Cylinders');
    expect(chart.note).toBe('Several rows share a place; their sum is drawn.');
  });

  test('nothing to draw is a chart without points', async () => {
    const { chart } = await draw('type: line\nfrom: nothing\nx: a\ny: b').catch(async () => {
      await engine.query('SELECT 1 AS a, 2 AS b WHERE false', { name: 'nothing' });
      return draw('type: line\nfrom: nothing\nx: a\ny: b');
    });
    expect(chart.series).toEqual([]);
    expect(chart.alt).toContain('there is nothing to draw');
  });

  test('a missing column and a missing source', async () => {
    await expect(draw('type: bar\nfrom: cars\nx: Orgin')).rejects.toMatchObject({
      code: 'no_such_column',
      action: 'Did you mean “Origin”?',
      place: { line: 3, column: 4 },
    });
    await expect(draw('type: bar\nfrom: carz\nx: a')).rejects.toMatchObject({ code: 'data_file_missing' });
  });
});
