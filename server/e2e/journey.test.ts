import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { describeWith } from '../../docker/services/need.ts';
import { launch, visit } from './browser.ts';

const SCREENS = join(import.meta.dirname, '../../.cache/screens');

describeWith(chromium, 'a newcomer opens the flights sample and runs it', (executablePath) => {
  let home: string;
  let daybook: Program;
  let browser: Browser;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'daybook-e2e-'));
    await mkdir(SCREENS, { recursive: true });
    daybook = await startDaybook({ home });
    browser = await launch(executablePath);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await daybook?.stop();
    await rm(home, { recursive: true, force: true });
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`${scheme}: home, run all, grid over three million rows, chart, no console error`, {
      timeout: 180_000,
    }, async () => {
      const { page, troubles } = await visit(browser, scheme);
      onTestFailed(async () => {
        await page.screenshot({ path: join(SCREENS, `failed-${scheme}.png`) });
      });
      await page.goto(`${daybook.url}/lab?token=${daybook.token}&reset`);
      await page.getByText('flights sample').waitFor();
      expect(page.url()).not.toContain(daybook.token);
      expect(await page.locator('[data-theme]').first().getAttribute('data-theme')).toBe(scheme);
      await page.screenshot({ path: join(SCREENS, `home-${scheme}.png`) });

      await page.getByText('flights sample').click();
      await page.getByRole('heading', { name: 'When are flights late?' }).waitFor();
      await page.getByRole('button', { name: 'Run all cells' }).click();
      const last = page.locator('.jp-CodeCell[data-db-state=ok]', { hasText: 'By week' });
      await scrollUntil(page, async () => (await last.count()) > 0);

      const notebook = page.locator('.jp-WindowedPanel-outer').first();
      await notebook.evaluate((element) => element.scrollTo({ top: 0 }));
      const sentence = page.getByText('JFK is late 29.5 % of the time');
      await scrollUntil(page, async () => (await sentence.filter({ visible: true }).count()) > 0);
      await page.screenshot({ path: join(SCREENS, `notebook-${scheme}.png`) });

      const chart = page.locator('.js-plotly-plot').first();
      await scrollUntil(page, async () => (await chart.locator('path.js-line').count()) > 0);
      await page.screenshot({ path: join(SCREENS, `chart-${scheme}.png`) });

      const grid = page.getByRole('grid').filter({ hasText: 'destination' });
      await scrollUntil(page, async () => (await grid.count()) > 0);
      await grid.scrollIntoViewIfNeeded();
      await page.getByText('of 3,000,000').waitFor();

      // Paging: the last of three million rows comes from the engine.
      await grid.focus();
      await page.keyboard.press('Control+End');
      await grid.getByText('3,000,000', { exact: true }).waitFor();

      // Sorting the full result: the longest delay of them all comes first.
      await grid.getByRole('columnheader', { name: /delay/ }).click();
      await grid.getByRole('columnheader', { name: /delay/ }).click();
      await grid.getByRole('gridcell', { name: '1,688' }).first().waitFor();
      await page.screenshot({ path: join(SCREENS, `grid-${scheme}.png`) });

      expect(troubles).toEqual([]);
      await page.context().close();
    });
  }
});

/** Scrolls the notebook down by a third of a screen at a time, and from the top again, until something is there. */
async function scrollUntil(page: Page, found: () => Promise<boolean>): Promise<void> {
  const notebook = page.locator('.jp-WindowedPanel-outer').first();
  await expect
    .poll(
      async () => {
        if (await found()) return true;
        await notebook.evaluate((element) => {
          const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
          element.scrollTo({ top: atEnd ? 0 : element.scrollTop + 300 });
        });
        return false;
      },
      { timeout: 60_000, interval: 200 },
    )
    .toBe(true);
}
