import type { ChartBundle } from '@daybook/shared/results/chart';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { chromium } from '../../../docker/services/chromium.ts';
import { describeWith } from '../../../docker/services/need.ts';
import { type Lab, startLab } from '../testing/lab.ts';
import type { Widgets } from '../testing/page.ts';

declare const widgets: Widgets;

const HOSTILE = '<a href="javascript:globalThis.hacked=true">x</a><img src=x onerror="globalThis.hacked=true">%{y}';
const LINE: ChartBundle = {
  v: 1,
  type: 'line',
  alt: 'Late flights by hour, for ATL and JFK.',
  x: { title: 'hour', scale: 'quantitative', unit: ':00' },
  y: { title: 'late', scale: 'quantitative', unit: '%' },
  series: [
    { name: 'ATL', x: [6, 14, 22], y: [7, 20, 44] },
    { name: 'JFK', x: [6, 14, 22], y: [10, 54, 44] },
  ],
  from: 'by_hour',
  elapsed: 1,
  ran: 0,
  note: 'First 2 of 31 series',
};

describeWith(chromium, 'chart in a browser', (program) => {
  let lab: Lab;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    lab = await startLab(program, (_request, _url, response) => response.writeHead(404).end());
    // One page for all: each new one would have to read 4.6 MB of plotly again.
    ({ page, errors } = await lab.open());
  });
  afterAll(() => lab.close());
  beforeEach(async () => {
    await page.evaluate(() => {
      document.documentElement.removeAttribute('data-theme');
      const main = document.querySelector('main');
      main?.setAttribute('style', 'width:800px');
      main?.replaceChildren();
      scrollTo(0, 0);
    });
  });
  afterEach(() => expect(errors).toEqual([]));

  async function mount(bundle: ChartBundle, above = 0): Promise<void> {
    await page.evaluate(
      ([json, height]) => {
        const spacer = document.createElement('div');
        spacer.style.height = `${height}px`;
        const chart = new widgets.Chart({ bundle: JSON.parse(json) });
        document.querySelector('main')?.append(spacer, chart.element);
        Object.assign(globalThis, { chart });
      },
      [JSON.stringify(bundle), above] as const,
    );
  }
  const drawn = (): Promise<void> => page.locator('.db-chart .main-svg').first().waitFor();
  const strokes = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<SVGPathElement>('.js-line')].map((line) => getComputedStyle(line).stroke),
    );

  test('reserves its height before it is drawn, and keeps it', async () => {
    await mount(LINE);
    const before = await page.evaluate(() => document.querySelector('.db-chart')?.getBoundingClientRect().height);
    await drawn();
    expect(await page.evaluate(() => document.querySelector('.db-chart')?.getBoundingClientRect().height)).toBe(before);
  });

  test('says what it shows, names lines at their ends, shows the note', async () => {
    await mount(LINE);
    await drawn();
    expect(await page.locator('.db-chart [role=img]').getAttribute('aria-label')).toBe(LINE.alt);
    expect(await page.locator('.annotation-text').allTextContents()).toEqual(expect.arrayContaining(['ATL', 'JFK']));
    expect(await page.locator('.xtick').allTextContents()).toContain('8:00');
    expect(await page.locator('.db-chart-note').textContent()).toBe('First 2 of 31 series');
  });

  test('is drawn only when near the screen', async () => {
    await mount(LINE, 4000);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await page.locator('.main-svg').count()).toBe(0);
    await page.evaluate(() => scrollTo(0, 3500));
    await drawn();
  });

  test('follows the theme and the width', async () => {
    await mount(LINE);
    await drawn();
    expect(await strokes()).toEqual(['rgb(51, 69, 184)', 'rgb(217, 130, 43)']);
    await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'));
    await expect.poll(strokes).toEqual(['rgb(152, 165, 255)', 'rgb(240, 168, 92)']);
    await page.evaluate(() => document.querySelector('main')?.setAttribute('style', 'width:500px'));
    await expect.poll(async () => page.locator('.main-svg').first().getAttribute('width')).toBe('472');
  });

  test('shows its figures as a table and back', async () => {
    await mount(LINE);
    await page.getByRole('button', { name: 'Show as table' }).click();
    expect(await page.locator('caption').textContent()).toBe(LINE.alt);
    expect(await page.locator('thead').textContent()).toMatch(/hour\s*ATL\s*JFK/);
    expect(await page.locator('tbody tr').count()).toBe(3);
    await page.getByRole('button', { name: 'Show as chart' }).click();
    await drawn();
  });

  test('hostile names are text', async () => {
    const series = [HOSTILE, 'b'].map((name) => ({ name, x: [HOSTILE, 'y'], y: [1, 2] }));
    const base = {
      ...LINE,
      title: HOSTILE,
      alt: HOSTILE,
      note: HOSTILE,
      x: { title: HOSTILE, scale: 'nominal' as const },
      series,
    };
    await mount({ ...base, type: 'bar', y: { title: HOSTILE, scale: 'quantitative', unit: HOSTILE } });
    await mount({ ...base, type: 'line', y: { title: HOSTILE, scale: 'quantitative' } });
    await expect.poll(() => page.locator('.annotation-text').count()).toBeGreaterThan(2);
    await page.mouse.move(300, 200);
    expect(await page.locator('.db-chart a, .db-chart img').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('.annotation-text').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('<a href=')]),
    );
  });

  test('downloads as PNG and SVG', async () => {
    await mount(LINE);
    await drawn();
    for (const [button, name] of [
      ['PNG', 'by-hour.png'],
      ['SVG', 'by-hour.svg'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(name);
    }
  });

  test('shows a sketch in the same frame until plotly is here', async () => {
    const found = await page.evaluate(async (json) => {
      const never = new Promise<never>(() => {});
      const chart = new widgets.Chart({ bundle: JSON.parse(json), load: () => never });
      document.querySelector('main')?.append(chart.element);
      const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      while (document.querySelector('.db-sketch') === null) await frame();
      const paths = [...document.querySelectorAll('.db-sketch-line')].map((path) => path.getAttribute('d') ?? '');
      chart.dispose();
      return paths;
    }, JSON.stringify(LINE));
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^M\d+\.\d \d+\.\d(L\d+\.\d \d+\.\d){2}$/);
  });

  test('nothing to draw is said in words', async () => {
    await mount({ ...LINE, series: [] });
    expect(await page.locator('.db-chart').textContent()).toContain(
      'Nothing to draw: by_hour has no rows with values.',
    );
  });

  test('when the library cannot be loaded, the figures stand there as a table', async () => {
    await page.evaluate((json) => {
      const chart = new widgets.Chart({
        bundle: JSON.parse(json),
        load: () => Promise.reject(new Error('No connection.')),
      });
      document.querySelector('main')?.append(chart.element);
    }, JSON.stringify(LINE));
    await page.locator('.db-chart-problem').waitFor();
    expect(await page.locator('.db-chart-problem').textContent()).toContain('No connection.');
    expect(await page.locator('tbody tr').count()).toBe(3);
  });

  test('a figure of plotly’s own is drawn in the theme’s colours and says what it is', async () => {
    await page.evaluate((text) => {
      const data = [{ type: 'box', name: text, q1: [1], median: [2], q3: [3], x: ['a'] }];
      const figure = new widgets.PlotlyFigure({ data, layout: { title: { text } } }, 'Plotly figure of 1 trace (box)');
      document.querySelector('main')?.append(figure.element);
      Object.assign(globalThis, { figure });
    }, HOSTILE);
    await page.locator('.db-plotly .main-svg').first().waitFor();
    expect(await page.locator('.db-plotly').getAttribute('aria-label')).toBe('Plotly figure of 1 trace (box)');
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('.db-plotly a[href^="javascript"], .db-plotly img').count()).toBe(0);
    await page.evaluate(() => (Reflect.get(globalThis, 'figure') as { dispose(): void }).dispose());
    expect(await page.locator('.db-plotly .main-svg').count()).toBe(0);
  });
});
