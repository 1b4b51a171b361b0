import type { ResultBundle } from '@daybook/shared/results/bundle';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { chromium } from '../../../docker/services/chromium.ts';
import { describeWith } from '../../../docker/services/need.ts';
import { HOSTILE, ROWS, rowOf, type TestEngine, testEngine } from '../testing/engine.ts';
import { type Lab, startLab } from '../testing/lab.ts';
import type { Widgets } from '../testing/page.ts';

declare const widgets: Widgets;

const BIG: ResultBundle = {
  v: 1,
  id: 'k.1',
  name: 'flights',
  columns: [
    { name: 'n', type: 'BIGINT' },
    { name: 't', type: 'VARCHAR' },
  ],
  rows: ROWS,
  first: Array.from({ length: 50 }, (_, row) => rowOf(row)),
  elapsed: 210,
  rowsRead: 3_000_000,
  ran: 0,
};

describeWith(chromium, 'result grid in a browser', (program) => {
  let lab: Lab;
  let engine: TestEngine;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    engine = testEngine();
    lab = await startLab(program, (request, url, response) => engine.api(request, url, response));
  });
  afterAll(() => lab.close());
  beforeEach(async () => {
    engine.refuse = undefined;
    engine.asked.length = 0;
    ({ page, errors } = await lab.open());
  });
  afterEach(async () => {
    await page.close();
    expect(errors).toEqual([]);
  });

  /** Puts a grid on the page; the clock stands two minutes after the run. */
  async function mount(bundle: ResultBundle = BIG, connected = true): Promise<void> {
    await page.evaluate(
      ([json, online]) => {
        const given = JSON.parse(json);
        const source = online ? widgets.httpSource({ id: given.id, base: location.origin }) : undefined;
        const grid = new widgets.ResultGrid({ bundle: given, source, now: () => given.ran + 120_000 });
        document.querySelector('main')?.append(grid.element);
        Object.assign(globalThis, { grid, keys: [] });
        document.body.addEventListener('keydown', (event) =>
          (globalThis as unknown as { keys: string[] }).keys.push(event.key),
        );
      },
      [JSON.stringify(bundle), connected] as const,
    );
  }
  const grid = (): ReturnType<Page['locator']> => page.locator('[role=grid]');
  const range = (): Promise<string | null> => page.locator('.db-range').textContent();
  const active = (): Promise<string | undefined> =>
    page.evaluate(() => {
      const id = document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant');
      return id === null || id === undefined ? undefined : (document.getElementById(id)?.textContent ?? undefined);
    });

  test('draws from the bundle without any request', async () => {
    await mount({ ...BIG, note: 'The first 10,000,000 rows.' });
    await page.locator('[role=row][aria-rowindex="3"]').waitFor();
    expect(await range()).toBe('1–10 of 10,000,000');
    expect(await page.locator('.db-note').textContent()).toBe('The first 10,000,000 rows.');
    expect(await page.locator('.db-footer').textContent()).toMatch(/0\.21 s · 3,000,000 rows read\s*run 2 min ago/);
    expect(engine.asked).toEqual([]);
  });

  test('has the roles, counts and order of a grid', async () => {
    await mount();
    expect(await grid().getAttribute('aria-rowcount')).toBe(String(ROWS + 1));
    expect(await grid().getAttribute('aria-colcount')).toBe('3');
    expect(await grid().getAttribute('aria-label')).toBe('flights: 10,000,000 rows, 2 columns');
    const found = await page.evaluate(() => {
      const rows = [...document.querySelectorAll('[role=grid] [role=row]')];
      return {
        indexes: rows.map((row) => Number(row.getAttribute('aria-rowindex'))),
        tops: rows.map((row) => row.getBoundingClientRect().top),
        heads: [...document.querySelectorAll('[role=columnheader]')].map((head) => head.getAttribute('aria-sort')),
        cells: rows
          .slice(1)
          .every(
            (row) =>
              row.querySelectorAll('[role=gridcell]').length === 2 && row.querySelector('[role=rowheader]') !== null,
          ),
        named: [...document.querySelectorAll('button')].every(
          (button) => (button.textContent || button.getAttribute('aria-label') || '') !== '',
        ),
      };
    });
    expect(found.indexes).toEqual([...found.indexes].sort((a, b) => a - b));
    expect(found.tops).toEqual([...found.tops].sort((a, b) => a - b));
    expect(found.heads).toEqual([null, 'none', 'none']);
    expect(found.cells && found.named).toBe(true);
  });

  test('keys reach every row and stay out of the notebook’s command mode', async () => {
    await mount();
    await grid().focus();
    await page.keyboard.press('Control+End');
    await expect.poll(active).toBe('row 9999999');
    expect(await range()).toBe('9,999,991–10,000,000 of 10,000,000');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(active).toBe('row 9999989');
    await page.keyboard.press('Control+Home');
    expect(await active()).toBe('0');
    await page.keyboard.press('b');
    expect(await page.evaluate(() => (globalThis as unknown as { keys: string[] }).keys)).toEqual([
      'Control',
      'Control',
      'b',
    ]);
  });

  test('rows keep their order in the document after scrolling up and down', async () => {
    await mount();
    for (const key of ['PageDown', 'PageDown', 'PageDown', 'ArrowUp', 'PageUp', 'ArrowDown']) {
      await grid().press(key);
    }
    const indexes = await page.evaluate(() =>
      [...document.querySelectorAll('.db-row')].map((row) => Number(row.getAttribute('aria-rowindex'))),
    );
    expect(indexes).toEqual(indexes.map((_, at) => (indexes[0] ?? 0) + at));
  });

  test('the wheel moves by pixels although one scrolled pixel is many rows', async () => {
    await mount();
    await page.evaluate(() => {
      const scroller = document.querySelector('[role=grid]') as HTMLElement;
      scroller.scrollTop = 4_000_000;
    });
    await expect.poll(() => page.locator('.db-waiting').count()).toBe(0);
    await expect.poll(range).not.toBe('1–10 of 10,000,000');
    const before = Number((await page.locator('.db-row').first().getAttribute('data-row')) ?? 0);
    expect(before).toBeGreaterThan(4_900_000);
    await grid().hover();
    await page.mouse.wheel(0, 96);
    await expect
      .poll(async () => Number(await page.locator('.db-row').first().getAttribute('data-row')))
      .toBe(before + 3);
  });

  test('Enter on a header sorts in the engine: ascending, descending, none', async () => {
    await mount();
    await grid().focus();
    await page.keyboard.press('ArrowUp');
    const head = page.locator('[role=columnheader]').nth(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.db-row').first().textContent()).toContain('9,999,999');
    expect(
      engine.asked.some((url) => decodeURIComponent(url).includes('sort=[{"column":"n","descending":true}]')),
    ).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('none');
  });

  test('a filter is typed, shown as a chip, and removed', async () => {
    await mount();
    const height = (await grid().boundingBox())?.height;
    await page.locator('[role=columnheader]').nth(1).hover();
    await page.getByRole('button', { name: 'Filter n' }).click();
    await page.keyboard.type('many');
    await page.keyboard.press('Enter');
    expect(await page.locator('.db-problem').textContent()).toBe('“many” is not a number.');
    await page.locator('.db-filter input').fill('15');
    await page.keyboard.press('Enter');
    await expect.poll(range).toBe('1–10 of 312 (of 10,000,000)');
    expect((await grid().boundingBox())?.height).toBe(height);
    await page.getByRole('button', { name: 'Remove filter n at least 15' }).click();
    await expect.poll(range).toBe('1–10 of 10,000,000');
  });

  test('a filter that matches nothing says so', async () => {
    await mount();
    await page.locator('[role=columnheader]').nth(1).hover();
    await page.getByRole('button', { name: 'Filter n' }).click();
    await page.keyboard.type('-1');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.db-empty').textContent()).toBe('No row matches the filter.');
    await expect.poll(range).toBe('0 of 10,000,000');
  });

  test('hostile content is text', async () => {
    await mount({
      ...BIG,
      name: HOSTILE,
      columns: [
        { name: HOSTILE, type: 'VARCHAR' },
        { name: 't', type: HOSTILE },
      ],
      rows: 2,
      first: [
        [HOSTILE, { [HOSTILE]: HOSTILE }],
        [[HOSTILE], 'x'],
      ],
      summary: {
        columns: [
          { column: HOSTILE, nulls: 0, distinct: 2, min: HOSTILE, max: HOSTILE, top: [{ value: HOSTILE, count: 1 }] },
        ],
      },
    });
    await page.locator('[role=columnheader]').nth(1).hover();
    await page.locator('.db-filter-button').first().click();
    await page.locator('.db-filter').waitFor();
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('.db-grid img, .db-grid script, .db-popup img').count()).toBe(0);
    expect(await page.locator('[role=gridcell]').first().textContent()).toBe(HOSTILE);
  });

  test('a failed window offers Retry, which loads it', async () => {
    await mount();
    engine.refuse = { status: 503, code: 'busy', detail: 'The kernel is busy.', action: 'Try again in a moment.' };
    await grid().press('Control+End');
    await page.getByRole('button', { name: 'Retry' }).waitFor();
    expect(await page.locator('.db-notice').textContent()).toContain('The kernel is busy. Try again in a moment.');
    engine.refuse = undefined;
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(active).toBe('row 9999999');
    expect(await page.locator('.db-notice').isVisible()).toBe(false);
  });

  test('when the kernel no longer holds the result, the first rows remain', async () => {
    await mount();
    engine.refuse = { status: 410, code: 'result_gone', detail: 'gone' };
    await grid().press('Control+End');
    await expect
      .poll(() => page.locator('.db-notice').textContent())
      .toBe('The kernel no longer holds the full result: run the cell again to page and sort.');
    await grid().press('Control+End');
    await expect.poll(range).toBe('41–50 of 10,000,000');
    expect(await page.getByRole('button', { name: 'Download' }).isDisabled()).toBe(true);
  });

  test('no rows is said in words', async () => {
    await mount({ ...BIG, rows: 0, first: [] }, false);
    expect(await page.locator('.db-empty').textContent()).toBe('The query returned no rows.');
    expect(await range()).toBe('0 rows');
  });

  test('copies a selected range as tab-separated text', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await mount();
    await grid().focus();
    await page.keyboard.press('ArrowDown');
    for (const key of ['Shift+ArrowRight', 'Shift+ArrowDown', 'Control+c']) await page.keyboard.press(key);
    await expect.poll(() => page.locator('.db-toast').textContent()).toBe('Copied 2 rows');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('1\trow 1\n2\trow 2');
    expect(await page.locator('[aria-selected=true]').count()).toBe(4);
  });

  test('Chart asks the notebook for a chart of the named result; nameless results have none', async () => {
    await mount();
    const asked = await page.evaluate(() => {
      let from: unknown;
      document.addEventListener('daybook:chart', (event) => {
        from = (event as CustomEvent<{ from: string }>).detail.from;
      });
      [...document.querySelectorAll('button')].find((button) => button.textContent === 'Chart')?.click();
      return from;
    });
    expect(asked).toBe('flights');
    await page.evaluate(() => document.querySelector('main')?.replaceChildren());
    const { name: _, ...nameless } = BIG;
    await mount(nameless);
    expect(await page.getByRole('button', { name: 'Chart' }).count()).toBe(0);
  });

  test('a column is resized by dragging its edge', async () => {
    await mount();
    const head = page.locator('[role=columnheader]').nth(1);
    const box = await head.boundingBox();
    if (box === null) throw new Error('the header is not drawn');
    await page.mouse.move(box.x + box.width - 3, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 103, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Math.round((await head.boundingBox())?.width ?? 0)).toBe(Math.round(box.width) - 100);
    expect(await head.getAttribute('aria-sort')).toBe('none');
  });

  test('dispose ends everything and can be repeated', async () => {
    await mount();
    await page.evaluate(() => {
      const { grid: made } = globalThis as unknown as { grid: { dispose(): void } };
      (document.querySelector('[role=grid]') as HTMLElement).scrollTop = 1_000_000;
      made.dispose();
      made.dispose();
    });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(engine.asked).toEqual([]);
  });
});
