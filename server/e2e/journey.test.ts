import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
      await page.goto(`${daybook.url}/?token=${daybook.token}`);
      expect(page.url()).not.toContain(daybook.token);
      await page.getByText('flights sample').waitFor();
      await page.screenshot({ path: join(SCREENS, `home-${scheme}.png`) });

      await page.getByText('flights sample').click();
      await page.getByRole('heading', { name: 'When are flights late?' }).waitFor();
      expect(await page.locator('[data-theme]').first().getAttribute('data-theme')).toBe(scheme);

      await page.keyboard.press('Control+Home');
      await page.getByRole('button', { name: 'Run all cells' }).click();
      await page.getByText('JFK is late 29.5 %', { exact: false }).waitFor({ timeout: 60_000 });

      const grid = page.getByRole('grid').filter({ hasText: 'destination' }).last();
      await grid.scrollIntoViewIfNeeded();
      await page.getByText('of 3,000,000').waitFor();

      // Paging: the last of three million rows comes from the engine.
      await grid.focus();
      await page.keyboard.press('Control+End');
      await grid.getByText('3,000,000', { exact: true }).waitFor();

      // Sorting the full result: the longest delay of them all is first.
      await grid.getByRole('columnheader', { name: /delay/ }).click();
      await grid.getByRole('columnheader', { name: /delay/ }).click();
      await grid.getByRole('gridcell', { name: '1,688' }).first().waitFor();
      await page.screenshot({ path: join(SCREENS, `grid-${scheme}.png`) });

      const charts = page.locator('.js-plotly-plot');
      await charts.first().scrollIntoViewIfNeeded();
      await charts.first().locator('path.js-line').first().waitFor();
      await page.screenshot({ path: join(SCREENS, `chart-${scheme}.png`) });
      expect(troubles).toEqual([]);
      await page.context().close();
    });
  }
});
