import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt, inMode, runCell } from './notebook.ts';

const LIMIT = { timeout: 120_000 };
const QUERY =
  '%%sql result=late\nselect range as hour, range * range as flights from range(24) where range > {{ after }}';
const CHART = '%%chart\ntype: bar\nfrom: late\nx: hour\ny: sum(flights)';
const COUNTED = 'globalThis.runs = (globalThis.runs ?? 0) + 1; late.numRows';

describeWith(chromium, 'the dependency graph in the browser', (executablePath) => {
  const desk = useDesk({ name: 'graph', executablePath });
  const inNotebook = desk.inNotebook.bind(desk);

  /** The states of the first cells, in order. They must be in view: others are not drawn. */
  async function states(page: Page, wanted: readonly string[]): Promise<void> {
    await expect
      .poll(() => Promise.all(wanted.map((_, index) => cellAt(page, index).getAttribute('data-db-state'))), {
        timeout: 40_000,
      })
      .toEqual(wanted);
  }

  const chip = (page: Page) => page.locator('.db-StaleChip button');
  const note = (page: Page, index: number) => cellAt(page, index).locator('.db-StateNote button');

  async function mode(page: Page, label: string): Promise<void> {
    await page.getByRole('button', { name: 'More ways to run' }).click();
    await page
      .getByRole('menuitemcheckbox', { name: label })
      .or(page.getByRole('menuitem', { name: label }))
      .click();
  }

  async function replace(page: Page, index: number, text: string): Promise<void> {
    await editorAt(page, index).click();
    await inMode(page, 'edit', index);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  }

  async function runAll(page: Page, cells: number): Promise<void> {
    for (let index = 0; index < cells; index += 1) await runCell(page, index);
  }

  /** Runs a cell and gives the text of its output. */
  async function output(page: Page, index: number): Promise<string> {
    await runCell(page, index);
    return (await cellAt(page, index).locator('.jp-OutputArea-output').innerText()).trim();
  }

  for (const scheme of ['light', 'dark'] as const) {
    test(`K88 a changed parameter makes query, chart and code stale, with the reason (${scheme})`, LIMIT, () =>
      inNotebook(
        ['const after = 20', QUERY, COUNTED, 'runs', CHART],
        async (page) => {
          await runAll(page, 3);
          expect(await output(page, 3)).toBe('1');
          await runCell(page, 4);
          await states(page, ['ok', 'ok', 'ok', 'ok', 'ok']);
          await chip(page).waitFor({ state: 'hidden' });
          await replace(page, 0, 'const after = 21');
          await states(page, ['stale', 'ok', 'ok', 'ok', 'ok']);
          await runCell(page, 0);
          await states(page, ['ok', 'stale', 'stale', 'stale', 'stale']);
          expect(await note(page, 1).textContent()).toBe('Stale: after changed');
          await note(page, 1).focus();
          const reason = cellAt(page, 1).getByRole('tooltip');
          await reason.waitFor();
          expect(await reason.textContent()).toBe('after was changed by code cell 1. Click to go there.');
          expect(await chip(page).textContent()).toBe('4 staleRun stale');
          await page.screenshot({ path: join(SCREENS, `stale-${scheme}.png`) });
          await page.keyboard.press('Enter');
          await inMode(page, 'command', 0);
          await chip(page).press('Enter');
          await states(page, ['ok', 'ok', 'ok', 'ok', 'ok']);
          await chip(page).waitFor({ state: 'hidden' });
          // The reader ran after the cell that counts its runs, and that one ran once.
          expect(await cellAt(page, 3).locator('.jp-OutputArea-output').innerText()).toBe('2');
        },
        scheme,
      ),
    );
  }

  test('K81 editing back to what ran makes a cell fresh, also after the page was loaded again', LIMIT, () =>
    inNotebook(['const a = 1', 'a + 1'], async (page) => {
      await runAll(page, 2);
      await replace(page, 0, 'const a = 2');
      await states(page, ['stale', 'ok']);
      await page.locator('.db-Saved[data-kind="saved"], [data-kind="saved"]').first().waitFor();
      await page.reload();
      await cellAt(page, 0).waitFor();
      await states(page, ['stale', 'ok']);
      await replace(page, 0, 'const a = 1');
      await states(page, ['ok', 'ok']);
    }),
  );

  test('K89 reactive: descendants run by themselves, in order, once; the cursor stays where it is', LIMIT, () =>
    inNotebook(['const after = 6', QUERY, COUNTED, 'const own = 1', 'runs'], async (page, notebook) => {
      await runAll(page, 4);
      expect(await output(page, 4)).toBe('1');
      await mode(page, 'Run What Gets Stale');
      await replace(page, 0, 'const after = 20');
      await page.keyboard.press('Shift+Enter');
      await states(page, ['ok', 'ok', 'ok', 'ok', 'ok']);
      await expect.poll(() => cellAt(page, 2).locator('.jp-OutputArea-output').innerText()).toBe('3');
      await expect.poll(() => cellAt(page, 4).locator('.jp-OutputArea-output').innerText()).toBe('2');
      await notebook.holds(['const after = 20', QUERY, COUNTED, 'const own = 1', 'runs']);
    }),
  );

  test('K89 reactive: a failure stops its own descendants only; an interrupt stops the chain', LIMIT, () =>
    inNotebook(
      [
        'let n = 1',
        'if (n === 2) throw new Error("two"); const b = n',
        'b',
        'if (n > 2) await new Promise(() => {}); n',
        'n',
      ],
      async (page) => {
        await runAll(page, 5);
        await mode(page, 'Run What Gets Stale');
        await replace(page, 0, 'let n = 2');
        await page.keyboard.press('Control+Enter');
        await states(page, ['ok', 'error', 'stale', 'ok', 'ok']);
        await expect.poll(() => cellAt(page, 4).locator('.jp-OutputArea-output').innerText()).toBe('2');
        await replace(page, 0, 'let n = 3');
        await page.keyboard.press('Control+Enter');
        await states(page, ['ok', 'ok', 'ok', 'running', 'stale']);
        expect(await chip(page).textContent()).toBe('Running 3 of 4Stop');
        await chip(page).click();
        await states(page, ['ok', 'ok', 'ok', 'error', 'stale']);
        expect(await chip(page).textContent()).toBe('1 staleRun stale');
      },
    ),
  );

  test('K82 a circle is told, and in reactive mode it ends', LIMIT, () =>
    inNotebook(
      ['globalThis.ran ??= []', "ran.push('x'); x = typeof y + 1", "ran.push('y'); y = typeof x + 1", 'ran.join()'],
      async (page) => {
        await runAll(page, 3);
        await mode(page, 'Run What Gets Stale');
        await runCell(page, 1);
        await states(page, ['ok', 'ok', 'ok']);
        await chip(page).waitFor({ state: 'hidden' });
        const circle = cellAt(page, 1).getByRole('button', { name: 'Goes in a circle' });
        await circle.hover();
        expect(await circle.evaluate((button) => button.nextElementSibling?.textContent)).toBe(
          'This cell and code cell 3 read from each other (y, x). When one runs, each of the others runs at most once. Click to go there.',
        );
        await page.screenshot({ path: join(SCREENS, 'circle-light.png') });
        expect(await output(page, 3)).toBe("'x,y,x,y'");
      },
    ),
  );

  test('K81 of two definitions the latest above counts, and both say so', LIMIT, () =>
    inNotebook(['const x = 1', 'x', 'const x = 2', 'x'], async (page) => {
      await runAll(page, 4);
      await states(page, ['ok', 'ok', 'ok', 'ok']);
      for (const index of [0, 2]) await cellAt(page, index).getByRole('button', { name: 'x defined twice' }).waitFor();
      await page.screenshot({ path: join(SCREENS, 'twice-light.png') });
      await runCell(page, 0);
      await states(page, ['ok', 'stale', 'ok', 'ok']);
      await runCell(page, 3, 'stale');
      expect(await note(page, 3).textContent()).toBe('Stale: another x');
      await chip(page).click();
      await states(page, ['ok', 'ok', 'ok', 'ok']);
      expect(await cellAt(page, 1).locator('.jp-OutputArea-output').innerText()).toBe('1');
      expect(await cellAt(page, 3).locator('.jp-OutputArea-output').innerText()).toBe('2');
    }),
  );

  test('K88 after a restart outputs stay and nothing is claimed', LIMIT, () =>
    inNotebook(['const a = 1; a', 'a + 1'], async (page) => {
      await runAll(page, 2);
      await runCell(page, 0);
      await states(page, ['ok', 'stale']);
      await page.getByRole('button', { name: /^Kernel:/ }).click();
      await page.locator('.lm-Menu-item[data-command="kernelmenu:restart"]').click();
      await page.locator('.jp-Dialog .jp-mod-accept').click();
      await states(page, ['idle', 'idle']);
      expect(await cellAt(page, 1).locator('.jp-OutputArea-output').innerText()).toBe('2');
      await cellAt(page, 1).hover();
      expect(await cellAt(page, 1).locator('.db-StateNote').textContent()).toContain('Not run here yet');
      await page.screenshot({ path: join(SCREENS, 'not-run-light.png') });
      await chip(page).waitFor({ state: 'hidden' });
    }),
  );
});
