import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { type Program, startJupyterLab } from '../../docker/services/daybook.ts';
import { describeWith, need } from '../../docker/services/need.ts';
import { python } from '../../docker/services/python.ts';
import { buildMissing } from '../bin/build.mjs';
import { launch, visit } from './browser.ts';
import { NotebookUnderTest } from './notebook.ts';

const PROGRAM = join(import.meta.dirname, '../../kernel/dist/bin/daybook-kernel.js');
const SCREENS = join(import.meta.dirname, '../../.cache/screens');
/** Run in the page: how many colours the words of the first cell have. */
const COLOURS = `new Set([...document.querySelector('.jp-CodeCell').querySelectorAll('.cm-line span')].map((span) => getComputedStyle(span).color)).size`;
const CELLS = [
  "%%sql result=many\nselect range as n, 'name ' || (range % 5) as name from range(5000)",
  '%%chart\ntype: bar\nfrom: many\nx: name\ny: mean(n)',
  'const rows: number = many.numRows; rows',
];

const HELPED = ['const base = 20;\nbase', 'const twice = base * 2;\ntwice', "const text: number = 'five';", ''];

const both = need(`${chromium.name} and ${python.name}`, `${chromium.reason}; ${python.reason}`, () =>
  chromium.found === undefined || python.found === undefined
    ? undefined
    : { executablePath: chromium.found, bin: python.found.bin },
);

describeWith(both, 'a stock JupyterLab with our kernel and labextension', ({ executablePath, bin }) => {
  let folder: string;
  let lab: Program;
  let browser: Browser;

  beforeAll(async () => {
    await buildMissing({ lab: false, labextension: true });
    folder = await mkdtemp(join(tmpdir(), 'daybook-stock-'));
    const notebooks = join(folder, 'notebooks');
    await mkdir(notebooks);
    await mkdir(SCREENS, { recursive: true });
    const installed = spawnSync(process.execPath, [PROGRAM, 'install', '--prefix', folder], { encoding: 'utf8' });
    expect(installed.stdout).toContain('Installed the JupyterLab extension');
    for (const scheme of ['light', 'dark']) {
      await new NotebookUnderTest(notebooks, `${scheme}.ipynb`).write(CELLS);
      await new NotebookUnderTest(notebooks, `${scheme}-help.ipynb`).write(HELPED);
    }
    const settings = join(folder, 'settings/@jupyterlab/apputils-extension');
    await mkdir(settings, { recursive: true });
    // JupyterLab asks about news on its first start otherwise.
    const quiet = { fetchNews: 'false', checkForUpdates: false };
    await writeFile(join(settings, 'notification.jupyterlab-settings'), JSON.stringify(quiet));
    lab = await startJupyterLab(bin, notebooks, {
      JUPYTER_PATH: join(folder, 'share/jupyter'),
      JUPYTER_CONFIG_DIR: join(folder, 'config'),
      JUPYTER_DATA_DIR: join(folder, 'data'),
      JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
      JUPYTERLAB_SETTINGS_DIR: join(folder, 'settings'),
      JUPYTERLAB_WORKSPACES_DIR: join(folder, 'workspaces'),
    });
    browser = await launch(executablePath);
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a notebook in JupyterLab's own light or dark theme. */
  async function open(page: Page, scheme: 'light' | 'dark', name = `${scheme}.ipynb`): Promise<void> {
    page.setDefaultTimeout(40_000);
    await page.goto(`${lab.url}/lab/tree/${name}?token=${lab.token}&reset`);
    await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
    await page.getByText('Daybook (TypeScript) | Idle').waitFor();
    if (scheme === 'dark') {
      await page.locator('.lm-MenuBar-itemLabel', { hasText: 'Settings' }).click();
      await page.locator('.lm-Menu-itemLabel', { hasText: /^Theme$/ }).click();
      await page.locator('.lm-Menu-itemLabel', { hasText: /^JupyterLab Dark$/ }).click();
      await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    }
  }

  for (const scheme of ['light', 'dark'] as const) {
    test(`grid over the whole result, chart, header, SQL colours (${scheme})`, { timeout: 180_000 }, async () => {
      const { page, troubles } = await visit(browser, scheme);
      await open(page, scheme);
      await page.locator('.lm-MenuBar-itemLabel', { hasText: 'Run' }).click();
      await page.locator('.lm-Menu-itemLabel', { hasText: /^Run All Cells$/ }).click();
      const cell = (index: number) => page.locator('.jp-Notebook .jp-Cell').nth(index);
      const grid = cell(0).getByRole('grid');
      await grid.waitFor();
      await cell(2).locator('.jp-OutputArea-executeResult').getByText('5000').waitFor();

      // The header with the kind, the name of the result, and no magic line; the engine's SQL coloured.
      await page.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="run"]').waitFor();
      await cell(0).locator('.db-Header').getByText('SQL').first().waitFor();
      expect(await cell(0).locator('.cm-content').innerText()).not.toContain('%%sql');
      expect(await page.evaluate<number>(COLOURS)).toBeGreaterThan(1);

      // Rows beyond those that the notebook carries come from the kernel.
      await grid.click({ position: { x: 60, y: 120 } });
      await page.keyboard.press('Control+End');
      await grid.getByText('4,999').or(grid.getByText('4999')).first().waitFor();
      await cell(1).locator('.db-chart-output').getByText('mean of n').first().waitFor();
      await page.screenshot({ path: join(SCREENS, `stock-${scheme}.png`) });

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        cell(0)
          .getByRole('button', { name: /Download/ })
          .click()
          .then(() => page.getByRole('menuitem', { name: /CSV/ }).click()),
      ]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString().trim().split('\n')).toHaveLength(5_001);
      expect(troubles).toEqual([]);
      await page.context().close();
    });

    test(`stale cells, warnings and completion (${scheme})`, { timeout: 180_000 }, async () => {
      const { page, troubles } = await visit(browser, scheme);
      await open(page, scheme, `${scheme}-help.ipynb`);
      const cell = (index: number) => page.locator('.jp-Notebook .jp-Cell').nth(index);
      const editor = (index: number) => cell(index).locator('.cm-content');
      await cell(2).locator('.cm-lintRange-warning').waitFor();
      await editor(0).click();
      for (const _ of [0, 1]) await page.keyboard.press('Shift+Enter');
      await cell(1).locator('.jp-OutputArea-executeResult').getByText('40').waitFor();

      // A run of what it uses makes a cell stale; the toolbar tells and runs it.
      await editor(0).click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('End');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('1;');
      await page.keyboard.press('Shift+Enter');
      await cell(0).locator('.jp-OutputArea-executeResult').getByText('21').waitFor();
      const chip = page.locator('.jp-NotebookPanel-toolbar').getByRole('button', { name: '1 stale: Run stale' });
      await chip.waitFor();
      await page.screenshot({ path: join(SCREENS, `stock-stale-${scheme}.png`) });
      await chip.click();
      await cell(1).locator('.jp-OutputArea-executeResult').getByText('42').waitFor();
      await chip.waitFor({ state: 'hidden' });

      await editor(3).click();
      await page.keyboard.type('twi');
      await page.keyboard.press('Tab');
      await page.locator('.jp-Completer .jp-mod-active .jp-Completer-match', { hasText: 'twice' }).waitFor();
      await page.keyboard.press('Enter');
      await expect.poll(() => editor(3).innerText()).toContain('twice');
      await page.keyboard.type('.');
      await page.keyboard.press('Tab');
      await page.locator('.jp-Completer .jp-Completer-match', { hasText: 'toFixed' }).first().waitFor();
      expect(await page.locator('.jp-Completer .jp-Completer-match', { hasText: /^toFixed$/ }).count()).toBe(1);
      await page.screenshot({ path: join(SCREENS, `stock-completion-${scheme}.png`) });
      expect(troubles).toEqual([]);
      await page.context().close();
    });
  }
});
