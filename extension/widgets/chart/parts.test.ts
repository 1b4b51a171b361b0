import type { ChartBundle } from '@daybook/shared/results/chart';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inert } from './escape.ts';
import { toFigure } from './figure.ts';
import { placeLabels } from './labels.ts';
import type { Palette } from './palette.ts';
import { heightOf, isEmpty, liesDown } from './shape.ts';
import { domain, niceScale, tickText, withUnit } from './ticks.ts';

const PALETTE: Palette = {
  series: ['#000001', '#000002', '#000003'],
  ink: '#111111',
  ink2: '#222222',
  line: '#333333',
  sheet: '#ffffff',
  font: 'Inter',
};

const LINE: ChartBundle = {
  v: 1,
  type: 'line',
  alt: 'Late flights by hour.',
  x: { title: 'hour', scale: 'quantitative', unit: ':00' },
  y: { title: 'late', scale: 'quantitative', unit: '%' },
  series: [
    { name: 'ATL', x: [6, 14, 22], y: [7, 20, 44] },
    { name: 'JFK', x: [6, 14, 22], y: [10, 54, 44] },
  ],
  from: 'by_hour',
  elapsed: 1,
  ran: 0,
};

describe('ticks', () => {
  test.each([
    [0, 57, ['0%', '20%', '40%', '60%']],
    [0, 415, ['0%', '100%', '200%', '300%', '400%', '500%']],
    [0, 1, ['0.00%', '0.25%', '0.50%', '0.75%', '1.00%']],
    [-30, 70, ['−50%', '−25%', '0%', '25%', '50%', '75%']],
  ])('%d to %d', (low, high, wanted) => {
    expect(tickText(niceScale(low, high).ticks, '%')).toEqual(wanted);
  });
  test('the axis always holds the data and has at least two ticks', () => {
    const number = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 2, max: 12 }), (a, b, wanted) => {
        const [low, high] = domain([a, b], false) ?? [0, 1];
        fc.pre(high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high), 1e-6));
        const { range, ticks } = niceScale(low, high, wanted);
        const slack = (high - low) * 1e-6;
        expect(range[0]).toBeLessThanOrEqual(low + slack);
        expect(range[1]).toBeGreaterThanOrEqual(high - slack);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThan(wanted * 2 + 4);
      }),
    );
  });
  test('whole steps for whole numbers', () => {
    expect(niceScale(6, 22, 8, true).ticks).toEqual([6, 8, 10, 12, 14, 16, 18, 20, 22]);
  });
  test('units', () => {
    expect(withUnit('60', '%')).toBe('60%');
    expect(withUnit('−5', '$')).toBe('−$5');
    expect(withUnit('12', 'min')).toBe('12 min');
    expect(tickText([0, 50_000, 100_000], undefined)).toEqual(['0', '50k', '100k']);
  });
  test('bars stand on zero; lines far from it do not', () => {
    expect(domain([90, 100], false)).toEqual([90, 100]);
    expect(domain([90, 100], true)).toEqual([0, 100]);
    expect(domain([null, null], true)).toBeUndefined();
    expect(domain([5, 5], false)).toEqual([2.5, 7.5]);
  });
});

test('labels keep their order, their distance and the edge', () => {
  const label = fc.record({ name: fc.string(), at: fc.double({ min: 0, max: 200, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 14 }), (labels) => {
      const placed = placeLabels(labels, 14, 0, 200);
      expect(placed).toHaveLength(labels.length);
      placed.forEach((one, index) => {
        const before = placed[index - 1];
        if (before !== undefined) {
          expect(one.placed - before.placed).toBeGreaterThanOrEqual(14 - 1e-6);
          expect(one.at).toBeGreaterThanOrEqual(before.at);
        }
        expect(one.placed).toBeGreaterThanOrEqual(-1e-6);
        expect(one.placed).toBeLessThanOrEqual(200 + 1e-6);
      });
    }),
  );
  expect(
    placeLabels(
      [
        { name: 'a', at: 50 },
        { name: 'b', at: 120 },
      ],
      14,
      0,
      200,
    ).map((one) => one.placed),
  ).toEqual([50, 120]);
  expect(
    placeLabels(
      [
        { name: 'a', at: 100 },
        { name: 'b', at: 100 },
      ],
      14,
      0,
      200,
    ).map((one) => one.placed),
  ).toEqual([93, 107]);
});

describe('figure', () => {
  const annotations = (bundle: ChartBundle): { text: string }[] =>
    toFigure(bundle, PALETTE, 760).layout.annotations as { text: string }[];
  test('lines are named at their ends instead of in a legend', () => {
    expect(annotations(LINE).map((one) => one.text)).toEqual(['<b>ATL</b>', '<b>JFK</b>', 'late']);
    expect(toFigure(LINE, PALETTE, 760).layout.showlegend).toBe(false);
  });
  test('a single line needs no name', () => {
    expect(annotations({ ...LINE, series: LINE.series.slice(0, 1) }).map((one) => one.text)).toEqual(['late']);
  });
  test('with more lines than fit, as many as fit are named', () => {
    const series = Array.from({ length: 60 }, (_, index) => ({ name: `s${index}`, x: [1, 2], y: [index, index] }));
    expect(annotations({ ...LINE, series }).length).toBeLessThan(20);
  });
  test('data cannot become markup, links or templates', () => {
    const name = '<a href="javascript:x">%{y}</a>&lt;';
    const series = [{ name, x: [name], y: [1] }];
    const figure = toFigure(
      {
        ...LINE,
        type: 'bar',
        x: { title: name, scale: 'nominal' },
        y: { title: name, scale: 'quantitative', unit: name },
        series,
      },
      PALETTE,
      760,
    );
    const texts = JSON.stringify(figure).replaceAll('<extra></extra>', '').replaceAll('%{customdata}', '');
    expect(texts).not.toMatch(/<a|%\{|&lt;(?!a|\/a)(?<!amp;lt;)/);
    expect(inert('a<b>&{')).toBe('a&lt;b&gt;&amp;&#123;');
  });
  test('long names lie down, and the height is known before drawing', () => {
    const x = Array.from({ length: 12 }, (_, index) => `A rather long airport name ${index}`);
    const bar: ChartBundle = {
      ...LINE,
      type: 'bar',
      x: { title: 'name', scale: 'nominal' },
      series: [{ name: 'n', x, y: x.map((_, index) => index) }],
    };
    expect(liesDown(bar)).toBe(true);
    expect(heightOf(bar)).toBe(12 * 26 + 70);
    expect(toFigure(bar, PALETTE, 760).layout.height).toBe(heightOf(bar));
    expect(toFigure(bar, PALETTE, 760).data[0]).toMatchObject({ type: 'bar', orientation: 'h' });
  });
  test.each(['line', 'bar', 'area', 'scatter', 'histogram', 'pie'] as const)(
    '%s survives nulls and no rows',
    (type) => {
      const empty: ChartBundle = { ...LINE, type, series: [{ name: 'a', x: [], y: [] }] };
      expect(isEmpty(empty)).toBe(true);
      expect(() => toFigure(empty, PALETTE, 760)).not.toThrow();
      expect(() =>
        toFigure({ ...LINE, type, series: [{ name: 'a', x: [null, 1], y: [null, 2] }] }, PALETTE, 760),
      ).not.toThrow();
    },
  );
});
