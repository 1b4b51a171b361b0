import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt, inMode, runCell } from './notebook.ts';

const LIMIT = { timeout: 90_000 };
const MANY = "%%sql result=many\nselect range as n, 'name ' || (range % 5) as name from range(5000)";
/** Run in the page: pixels between the last cell and the footer below it. */
const GAP = `document.querySelector('.jp-Notebook-footer').getBoundingClientRect().top -
  Math.max(...[...document.querySelectorAll('.jp-Notebook .jp-Cell')].map((cell) => cell.getBoundingClientRect().bottom))`;
const CHART = '%%chart\ntype: bar\nfrom: many\nx: name\ny: mean(n)';

describeWith(chromium, 'cells in the browser', (executablePath) => {
  const desk = useDesk({ name: 'cells', executablePath });
  const inNotebook = desk.inNotebook.bind(desk);

  /** Makes a cell active in command mode, by its empty margin at the left. */
  async function select(page: Page, index: number): Promise<void> {
    const cell = cellAt(page, index);
    await cell.click({ position: { x: 4, y: 20 } });
    await page.keyboard.press('Escape');
    await inMode(page, 'command', index);
  }

  async function typeInto(page: Page, index: number, text: string): Promise<void> {
    await editorAt(page, index).click();
    await inMode(page, 'edit', index);
    await page.keyboard.type(text);
  }

  const ran = (page: Page, index: number, start = false) =>
    start ? runCell(page, index) : expectState(page, index, 'ok');
  async function expectState(page: Page, index: number, state: string): Promise<void> {
    await page
      .locator(`.jp-Cell[data-windowed-list-index="${index}"][data-db-state="${state}"]`)
      .waitFor({ timeout: 40_000 });
  }

  test('nothing lies over the cells of a notebook that was just opened', LIMIT, () =>
    inNotebook(['const first = 1;\nfirst', 'first + 1', 'last'], async (page) => {
      const gap = () => page.evaluate<number>(GAP);
      await expect.poll(gap).toBeGreaterThanOrEqual(0);
      await cellAt(page, 2).locator('.cm-line').first().hover();
    }),
  );

  test('b, Enter: the new cell takes the keys, at once and after a while', LIMIT, () =>
    inNotebook(['# Title', 'const a = 1', '%%sql\nselect 1'], async (page, notebook) => {
      await select(page, 0);
      await page.keyboard.press('b');
      await page.keyboard.press('Enter');
      await inMode(page, 'edit', 1);
      await page.keyboard.type('first');
      await page.keyboard.press('Escape');
      await page.keyboard.press('b');
      await inMode(page, 'command', 2);
      await page.keyboard.press('Enter');
      await inMode(page, 'edit', 2);
      await page.keyboard.type('second');
      await notebook.holds(['# Title', 'first', 'second', 'const a = 1', '%%sql\nselect 1']);
    }),
  );

  test('Jupyter’s command keys: a b dd z x v c, moving, y m, arrows', LIMIT, () =>
    inNotebook(['# Title', '1', '2', '3'], async (page, notebook) => {
      await select(page, 1);
      await page.keyboard.press('Control+Shift+ArrowDown');
      await inMode(page, 'command', 2);
      await notebook.holds(['# Title', '2', '1', '3']);
      await page.keyboard.press('d');
      await page.keyboard.press('d');
      await inMode(page, 'command', 2);
      await notebook.holds(['# Title', '2', '3']);
      await page.keyboard.press('z');
      await notebook.holds(['# Title', '2', '1', '3']);
      await page.keyboard.press('ArrowUp');
      await inMode(page, 'command', 2);
      await page.keyboard.press('x');
      await notebook.holds(['# Title', '2', '3']);
      await inMode(page, 'command', 2);
      await page.keyboard.press('v');
      await notebook.holds(['# Title', '2', '3', '1']);
      await inMode(page, 'command', 3);
      await page.keyboard.press('k');
      await inMode(page, 'command', 2);
      await page.keyboard.press('a');
      await inMode(page, 'command', 2);
      await page.keyboard.press('m');
      await cellAt(page, 2).and(page.locator('.jp-MarkdownCell')).waitFor();
      await inMode(page, 'command', 2);
      await page.keyboard.press('y');
      await cellAt(page, 2).and(page.locator('.jp-CodeCell')).waitFor();
      await notebook.holds(['# Title', '2', '', '3', '1']);
    }),
  );

  test('/ in an empty cell: SQL by keyboard, the magic line hidden, the cursor in the editor', LIMIT, () =>
    inNotebook(['# Title', ''], async (page, notebook) => {
      await editorAt(page, 1).click();
      await page.keyboard.press('/');
      await page.locator('.db-KindMenu').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await inMode(page, 'edit', 1);
      await page.keyboard.type('select 42 as answer');
      await notebook.holds(['# Title', '%%sql result=result_1\nselect 42 as answer']);
      const cell = cellAt(page, 1);
      expect(await cell.locator('.cm-content').textContent()).not.toContain('%%sql');
      expect(await cell.getAttribute('data-db-kind')).toBe('sql');
      await page.keyboard.press('Control+Enter');
      await cell.getByRole('grid').getByText('42', { exact: true }).waitFor();

      // Escape instead of a choice writes the character that was asked for.
      await page.keyboard.press('b');
      await inMode(page, 'command', 2);
      await page.keyboard.press('Enter');
      await page.keyboard.press('/');
      await page.locator('.db-KindMenu').waitFor();
      await page.keyboard.press('Escape');
      await inMode(page, 'edit', 2);
      await page.keyboard.type('/ a comment');
      await notebook.holds(['# Title', '%%sql result=result_1\nselect 42 as answer', '// a comment']);
    }),
  );

  test('find and replace leave magic lines alone and survive new cells', LIMIT, () =>
    inNotebook(['# Title', '%%sql result=sqlx\nselect sqlx, 1 as sqlx', 'const sqlx = 1'], async (page, notebook) => {
      await editorAt(page, 2).click();
      await page.keyboard.press('Control+f');
      const overlay = page.locator('.jp-DocumentSearch-overlay');
      await overlay.getByPlaceholder('Find').fill('sqlx');
      await overlay.getByText(/\/3$/).waitFor();
      await page.keyboard.press('Escape');
      await select(page, 2);
      await page.keyboard.press('b');
      await inMode(page, 'command', 3);
      await page.keyboard.press('Control+f');
      await overlay.getByPlaceholder('Find').fill('sql');
      await overlay.getByText(/\/3$/).waitFor();
      await overlay.getByTitle('Show Replace').click();
      await overlay.getByPlaceholder('Replace').fill('duck');
      await overlay.getByText('Replace All').click();
      await notebook.holds(['# Title', '%%sql result=sqlx\nselect duckx, 1 as duckx', 'const duckx = 1', '']);
    }),
  );

  test('the chip changes the kind, the body stays, undo works', LIMIT, () =>
    inNotebook(['# Title', 'select 1'], async (page, notebook) => {
      const choose = async (from: string, to: string) => {
        await cellAt(page, 1)
          .getByRole('button', { name: `Cell kind: ${from}` })
          .click();
        await page.locator('.db-KindMenu').getByText(to, { exact: true }).click();
        await inMode(page, 'edit', 1);
      };
      await choose('TypeScript', 'SQL');
      await notebook.holds(['# Title', '%%sql result=result_1\nselect 1']);
      await choose('SQL', 'Chart');
      await notebook.holds(['# Title', '%%chart\nselect 1']);
      await page.keyboard.press('Control+z');
      await notebook.holds(['# Title', '%%sql result=result_1\nselect 1']);
      await choose('SQL', 'TypeScript');
      await notebook.holds(['# Title', 'select 1']);
      await cellAt(page, 1).getByRole('button', { name: 'Cell kind: TypeScript' }).click();
      await page.locator('.db-KindMenu').getByText('Text', { exact: true }).click();
      await cellAt(page, 1).and(page.locator('.jp-MarkdownCell')).waitFor();
      expect((await notebook.cells())[1]?.source).toBe('select 1');
    }),
  );

  test('title and result name are edited in the header', LIMIT, () =>
    inNotebook(['# Title', '%%sql result=a\nselect 1'], async (page, notebook) => {
      const cell = cellAt(page, 1);
      await cell.hover();
      await cell.getByRole('button', { name: 'Cell title' }).click();
      await page.keyboard.type('Ones');
      await page.keyboard.press('Enter');
      await cell.getByRole('button', { name: 'Cell title: Ones' }).waitFor();
      await cell.getByRole('button', { name: 'Name of the result: a' }).click();
      await page.keyboard.type('not a name');
      await page.keyboard.press('Enter');
      await cell.locator('.db-ResultName input:invalid').waitFor();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('ones');
      await page.keyboard.press('Enter');
      await notebook.holds(['# Title', '%%sql result=ones\nselect 1']);
      expect((await notebook.cells())[1]?.metadata.daybook).toEqual({ title: 'Ones' });
    }),
  );

  test('adders: every kind below a cell, and above the first', LIMIT, () =>
    inNotebook(['# Title'], async (page, notebook) => {
      const add = async (kind: string, where: 'above' | 'below', index: number, text: string) => {
        await page.locator(`.db-Adder-${where}`).first().hover();
        await page
          .getByRole('button', { name: `Add a ${kind} cell ${where}` })
          .first()
          .click();
        await inMode(page, 'edit', index);
        await page.keyboard.type(text);
      };
      await add('Text', 'below', 1, 'words');
      await add('TypeScript', 'below', 1, '1');
      await add('SQL', 'below', 1, 'select 1');
      await add('Chart', 'below', 1, '# ');
      await add('SQL', 'above', 0, 'select 0');
      await notebook.holds([
        '%%sql result=result_2\nselect 0',
        '# Title',
        '%%chart\n# type: line\nfrom: \nx: \ny: ',
        '%%sql result=result_1\nselect 1',
        '1',
        'words',
      ]);
    }),
  );

  test('in a magic cell: select all and type, paste over, delete, ArrowUp', LIMIT, () =>
    inNotebook(['const above = 1', '%%sql result=a\nselect 1'], async (page, notebook) => {
      await typeInto(page, 1, '');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('select 7');
      await notebook.holds(['const above = 1', '%%sql result=a\nselect 7']);
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Control+x');
      await notebook.holds(['const above = 1', '%%sql result=a\n']);
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Delete');
      await page.keyboard.press('Control+v');
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Control+v');
      await notebook.holds(['const above = 1', '%%sql result=a\nselect 7']);
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('ArrowUp');
      await inMode(page, 'edit', 0);
    }),
  );

  test('split and merge keep the kind', LIMIT, () =>
    inNotebook(['# Title', '%%sql result=a\nselect 1\nselect 2'], async (page, notebook) => {
      await typeInto(page, 1, '');
      await page.keyboard.press('Control+End');
      await page.keyboard.press('Home');
      await page.keyboard.press('Control+Shift+Minus');
      await notebook.holds(['# Title', '%%sql result=a\nselect 1', '%%sql result=result_1\nselect 2']);
      await page.keyboard.press('Escape');
      await inMode(page, 'command', 2);
      await page.keyboard.press('Control+Backspace');
      await notebook.holds(['# Title', '%%sql result=a\nselect 1\n\nselect 2']);
    }),
  );

  test('states on the rail: idle, running, queued, done, edited, failed; run and stop in the header', LIMIT, () =>
    inNotebook(
      ['1 + 1', 'await new Promise((go) => setTimeout(go, 600_000))', '2', 'throw new Error("no")'],
      async (page) => {
        await expectState(page, 0, 'idle');
        await cellAt(page, 0).hover();
        await cellAt(page, 0).getByRole('button', { name: 'Run this cell' }).click();
        await ran(page, 0);
        await typeInto(page, 0, '0');
        await expectState(page, 0, 'stale');
        await cellAt(page, 0).getByText('Edited since it ran').waitFor();
        await cellAt(page, 1).hover();
        await cellAt(page, 1).getByRole('button', { name: 'Run this cell' }).click();
        await expectState(page, 1, 'running');
        await cellAt(page, 2).hover();
        await cellAt(page, 2).getByRole('button', { name: 'Run this cell' }).click();
        await expectState(page, 2, 'queued');
        await cellAt(page, 1).hover();
        await cellAt(page, 1).getByRole('button', { name: 'Stop' }).click();
        await expectState(page, 1, 'error');
        await cellAt(page, 3).hover();
        await cellAt(page, 3).getByRole('button', { name: 'Run this cell' }).click();
        await expectState(page, 3, 'error');
        await cellAt(page, 3).getByText('Failed').waitFor();
      },
    ),
  );

  test('⋯: the notebook’s commands on this cell', LIMIT, () =>
    inNotebook(['# Title', '1', '2'], async (page, notebook) => {
      await cellAt(page, 1).hover();
      await cellAt(page, 1).getByRole('button', { name: 'More actions for this cell' }).click();
      await page.locator('.db-CellMenu').getByText('Duplicate Cell Below').click();
      await notebook.holds(['# Title', '1', '1', '2']);
    }),
  );

  test('Chart below a result: a chart cell with sensible axes, drawn and active', LIMIT, () =>
    inNotebook([MANY, '# End'], async (page, notebook) => {
      await ran(page, 0, true);
      await cellAt(page, 0).getByRole('button', { name: 'Chart', exact: true }).click();
      await ran(page, 1);
      await inMode(page, 'command', 1);
      await notebook.holds([MANY, '%%chart\ntype: bar\nfrom: many\nx: name\ny: mean(n)\nsort: -y\nlimit: 20', '# End']);
      await cellAt(page, 1).locator('.db-chart-output').getByText('mean of n', { exact: false }).first().waitFor();
    }),
  );

  test('the grid inside the notebook: paging, sort, download of all rows; its keys stay its own', LIMIT, () =>
    inNotebook([MANY, '# End'], async (page, notebook) => {
      await ran(page, 0, true);
      const grid = cellAt(page, 0).getByRole('grid');
      await grid.focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'j', 'x', 'd', 'd', 'Control+End']) await page.keyboard.press(key);
      await grid.getByText('5,000', { exact: true }).first().waitFor();
      await page.keyboard.press('Control+Home');
      await notebook.holds([MANY, '# End']);
      await grid.getByRole('columnheader', { name: /^n/ }).first().click();
      await grid.getByRole('columnheader', { name: /^n/ }).first().click();
      await grid.getByRole('gridcell', { name: '4,999' }).first().waitFor();

      const download = page.waitForEvent('download');
      await cellAt(page, 0).getByRole('button', { name: 'Download' }).click();
      await page.getByRole('menuitem', { name: /CSV/ }).click();
      const lines = (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\n');
      expect(lines.length).toBe(5001);
      expect(lines[0]).toBe('n,name');
    }),
  );

  test('saved outputs are drawn without a kernel and without a request that fails', LIMIT, async () => {
    let name = '';
    await inNotebook([MANY, CHART, '# End'], async (page, notebook) => {
      name = notebook.name;
      await ran(page, 0, true);
      await ran(page, 1, true);
      await expect.poll(async () => (await notebook.cells())[1]?.outputs.length).toBe(1);
    });
    await rm(join(desk.folder, `copy-${name}`), { force: true });
    await cp(join(desk.folder, name), join(desk.folder, `copy-${name}`));
    const { page, troubles } = await desk.visit(`copy-${name}`);
    try {
      const grid = cellAt(page, 0).getByRole('grid');
      await grid.getByRole('gridcell', { name: 'name 1' }).first().waitFor();
      await cellAt(page, 1).locator('.db-chart-output').getByText('mean of n', { exact: false }).first().waitFor();
      await page.screenshot({ path: join(SCREENS, 'saved-light.png') });
      expect(troubles).toEqual([]);
    } finally {
      await page.context().close();
    }
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`${scheme}: errors are cards with message, line, advice, and the stack on demand`, LIMIT, () =>
      inNotebook(
        ['%%sql\nselect dely\nfrom (select 1 as delay)', 'function f() {\n  throw new TypeError("no");\n}\nf()'],
        async (page) => {
          await runCell(page, 0, 'error');
          await runCell(page, 1, 'error');
          const [sql, code] = [0, 1].map((index) => cellAt(page, index).locator('.db-error-card'));
          await sql?.getByText('SQL error').waitFor();
          expect(await sql?.locator('.db-mod-offending').textContent()).toContain('select dely');
          expect(await sql?.getByText('Show stack').count()).toBe(0);
          expect(await code?.locator('.db-mod-offending').textContent()).toContain('throw new TypeError');
          expect(await code?.locator('.db-error-stack pre').isVisible()).toBe(false);
          await code?.getByText('Show stack').click();
          await code?.getByText(/at f \(/).waitFor();
          await page.screenshot({ path: join(SCREENS, `errors-${scheme}.png`) });
        },
        scheme,
      ),
    );
  }
});
