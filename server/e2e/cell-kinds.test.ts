import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { describeWith } from '../../docker/services/need.ts';
import { launch, visit } from './browser.ts';
import { cellAt, editorAt, NotebookUnderTest, openNotebook, runCell } from './notebook.ts';

const EXAMPLE = join(import.meta.dirname, '../../cells/testing/stat-kind');
const SCREENS = join(import.meta.dirname, '../../.cache/screens');

describeWith(chromium, 'a cell kind from a package', (executablePath) => {
  let home: string;
  let folder: string;
  let daybook: Program;
  let browser: Browser;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'daybook-kinds-'));
    folder = join(home, 'notebooks');
    await mkdir(SCREENS, { recursive: true });
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    await cp(EXAMPLE, join(folder, 'node_modules/daybook-stat-kind'), { recursive: true });
    const env = { DAYBOOK_CELL_KINDS: 'daybook-stat-kind, daybook-not-installed' };
    daybook = await startDaybook({ home: join(home, 'home'), folder, env });
    browser = await launch(executablePath);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await daybook?.stop();
    await rm(home, { recursive: true, force: true });
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`is in the menu, runs in the kernel and draws in the page (${scheme})`, { timeout: 90_000 }, async () => {
      const notebook = new NotebookUnderTest(folder, `${scheme}.ipynb`);
      await notebook.write(['# Title', '%%sql result=many\nselect range as n from range(12345)', '', '%%statt\nx']);
      const { page, troubles } = await visit(browser, scheme);
      await openNotebook(page, daybook, notebook.name);
      await runCell(page, 1);
      await editorAt(page, 2).click();
      await page.keyboard.press('/');
      await page.locator('.db-KindMenu').getByText('Stat').click();
      await notebook.holds([
        '# Title',
        '%%sql result=many\nselect range as n from range(12345)',
        '%%stat\nmany.numRows',
        '%%statt\nx',
      ]);
      await runCell(page, 2);
      const output = cellAt(page, 2).locator('.db-kind-output');
      await output.getByText('12,345').waitFor();
      expect(await output.getAttribute('data-theme')).toBe(scheme);
      expect(await cellAt(page, 2).locator('.cm-line').allTextContents()).toEqual(['many.numRows']);
      await runCell(page, 3, 'error');
      await cellAt(page, 3).getByText('Did you mean %%stat?').first().waitFor();
      await cellAt(page, 3).getByText('“daybook-not-installed” could not be used').first().waitFor();
      await page.screenshot({ path: join(SCREENS, `cell-kind-${scheme}.png`) });
      expect(troubles).toEqual([]);
      await page.context().close();
    });
  }
});
