import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { python } from '../../docker/services/python.ts';
import { launch, visit } from './browser.ts';
import { NotebookUnderTest } from './notebook.ts';

const TOKEN = 'a-token-for-tests';
const SLIDER = `const s = new widgets.IntSlider({ max: 100, value: 10 });
s.on('value', (now) => console.log('now', now)); s`;

describeWith(chromium, 'widgets in a stock JupyterLab', (executablePath) => {
  describeWith(python, 'with the labextension of ipywidgets', ({ program }) => {
    let home: string;
    let lab: ChildProcess;
    let address: string;
    let browser: Browser;

    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'daybook-stock-'));
      const install = spawn(process.execPath, [
        join(import.meta.dirname, '../../kernel/dist/bin/daybook-kernel.js'),
        'install',
        '--prefix',
        home,
      ]);
      await once(install, 'exit');
      await new NotebookUnderTest(home, 'stock.ipynb').write([SLIDER]);
      const words = [
        '--no-browser',
        '--allow-root',
        '--ServerApp.port=0',
        '--ServerApp.ip=127.0.0.1',
        `--ServerApp.root_dir=${home}`,
      ];
      const env = {
        ...process.env,
        JUPYTER_PATH: join(home, 'share/jupyter'),
        JUPYTER_RUNTIME_DIR: home,
        JUPYTER_CONFIG_DIR: join(home, 'config'),
        XDG_STATE_HOME: join(home, 'state'),
      };
      lab = spawn(program, ['-m', 'jupyterlab', ...words, `--IdentityProvider.token=${TOKEN}`], { env, cwd: home });
      address = await listening(lab);
      browser = await launch(executablePath);
    }, 180_000);

    afterAll(async () => {
      await browser?.close();
      const gone = lab === undefined ? undefined : once(lab, 'exit');
      lab?.kill('SIGTERM');
      await gone;
      await rm(home, { recursive: true, force: true });
    });

    test('K57 a slider is dragged there too, and its observer prints under the cell', {
      timeout: 120_000,
    }, async () => {
      const { page } = await visit(browser);
      await page.goto(`${address}/lab/tree/stock.ipynb?token=${TOKEN}`);
      // The stock executor does nothing, without a word, while there is no kernel yet.
      await page.getByText('Daybook (TypeScript) | Idle').waitFor();
      await page.locator('.jp-CodeCell .cm-content').first().click();
      await page.keyboard.press('Control+Enter');
      const handle = page.locator('.noUi-handle');
      await handle.waitFor({ timeout: 40_000 });
      await handle.focus();
      for (let turn = 0; turn < 5; turn += 1) await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.locator('.widget-readout').textContent(), { timeout: 15_000 }).toBe('15');
      await expect
        .poll(() => page.locator('.jp-OutputArea-output').last().textContent(), { timeout: 15_000 })
        .toContain('now 15');
      await page.context().close();
    });
  });
});

/** The address of the server once it listens: it says so on stderr. */
async function listening(lab: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    lab.stderr?.on('data', (text) => {
      said += String(text);
      const found = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(said);
      if (found !== null) resolve(found[0]);
    });
    lab.on('exit', () => reject(new Error(said)));
  });
}
