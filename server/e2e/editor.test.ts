import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, type Scheme, useDesk } from './desk.ts';
import { cellAt, editorAt, inMode, type NotebookUnderTest, runCell } from './notebook.ts';

const TOOL =
  '// Tools.\n\n/** Adds two numbers. */\nexport function add(first: number, second: number): number {\n  return first + second;\n}\n';
const LIMIT = { timeout: 120_000 };
const TWO = "%%sql result=two\nselect 1 as n, 'x' as name";
const LIST = '.jp-Completer:not(.lm-mod-hidden)';
const ACTIVE = `${LIST} .jp-mod-active .jp-Completer-match`;

describeWith(chromium, 'help with writing cells', (executablePath) => {
  const desk = useDesk({
    name: 'editor',
    executablePath,
    prepare: async (folder) => {
      await mkdir(join(folder, 'lib'));
      await writeFile(join(folder, 'lib/tool.ts'), TOOL);
    },
  });

  /** As the desk's, with the kernel there. */
  const inNotebook = (
    sources: readonly string[],
    work: (page: Page, notebook: NotebookUnderTest) => Promise<void>,
    scheme: Scheme = 'light',
  ) =>
    desk.inNotebook(
      sources,
      async (page, notebook) => {
        await page.locator('.db-KernelChip[data-tone="ok"]').waitFor({ timeout: 40_000 });
        await work(page, notebook);
      },
      scheme,
    );

  async function typeInto(page: Page, index: number, text: string): Promise<void> {
    await editorAt(page, index).click();
    await inMode(page, 'edit', index);
    await page.keyboard.press('Control+End');
    await page.keyboard.type(text, { delay: 20 });
  }

  test('K76 names and members of earlier cells and results, while another cell runs', LIMIT, () =>
    inNotebook(
      [TWO, 'const orders = [{ price: 1 }]', 'while (true) {}', '', '%%sql\nselect  from two'],
      async (page, notebook) => {
        await runCell(page, 0);
        await cellAt(page, 2).hover();
        await cellAt(page, 2).getByRole('button', { name: 'Run this cell' }).click();
        await page.locator('.jp-Cell[data-windowed-list-index="2"][data-db-state="running"]').waitFor();

        await typeInto(page, 3, 'two.');
        await page.locator(LIST).waitFor();
        await page.keyboard.type('numR', { delay: 20 });
        await expect.poll(() => page.locator(ACTIVE).textContent()).toBe('numRows');
        await page.keyboard.press('Enter');
        await page.keyboard.type(' + ord', { delay: 20 });
        await expect.poll(() => page.locator(ACTIVE).textContent()).toBe('orders');
        await page.keyboard.press('Tab');
        await notebook.holds([
          TWO,
          'const orders = [{ price: 1 }]',
          'while (true) {}',
          'two.numRows + orders',
          '%%sql\nselect  from two',
        ]);

        await editorAt(page, 4).click();
        await inMode(page, 'edit', 4);
        await page.keyboard.press('Control+Home');
        await page.keyboard.press('End');
        for (let step = 0; step < 'from two'.length + 1; step += 1) await page.keyboard.press('ArrowLeft');
        await page.keyboard.type('na', { delay: 20 });
        await expect.poll(() => page.locator(ACTIVE).textContent()).toBe('name');
        await page.screenshot({ path: join(SCREENS, 'editor-sql-light.png') });
        await page.keyboard.press('Enter');
        await expect.poll(() => editorAt(page, 4).textContent()).toContain('select name from two');
        await cellAt(page, 2).getByRole('button', { name: 'Stop', exact: true }).click();
        await page.locator('.jp-Cell[data-windowed-list-index="2"][data-db-state="error"]').waitFor();
      },
    ),
  );

  test('K76 Escape closes the list and nothing opens in comments and texts', LIMIT, () =>
    inNotebook(['const orders = [{ price: 1 }]', '1;'], async (page) => {
      await typeInto(page, 1, ' // orders ord');
      await page.keyboard.press('Enter');
      await page.keyboard.type('ord', { delay: 20 });
      await page.locator(LIST).waitFor();
      expect(await page.locator(`${LIST} [role="listbox"] [role="option"][aria-selected="true"]`).count()).toBe(1);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator(LIST).count()).toBe(0);
      await inMode(page, 'edit', 1);
      expect(await editorAt(page, 1).innerText()).toContain('1; // orders ord\nord');
    }),
  );

  test('K76 a type error is underlined, told on hover, and runs all the same', LIMIT, () =>
    inNotebook(['const text: string = 5;\ntext', 'later + 1', 'const later = 2'], async (page) => {
      const mark = cellAt(page, 0).locator('.cm-lintRange-warning');
      await mark.waitFor({ timeout: 30_000 });
      expect(await mark.textContent()).toBe('text');
      await mark.hover();
      await page.getByText("Type 'number' is not assignable to type 'string'.").waitFor();
      await page.screenshot({ path: join(SCREENS, 'editor-warning-light.png') });
      await page.mouse.move(5, 5);
      await cellAt(page, 1).locator('.cm-lintRange-warning').hover();
      await page.getByText('“later” is declared in a cell below this one.').waitFor();
      await runCell(page, 0);
      await expect.poll(() => cellAt(page, 0).locator('.jp-OutputArea-output').textContent()).toContain('5');
    }),
  );

  test('K76 hover, signature, definition in cells and files, rename', LIMIT, () =>
    inNotebook(
      ['import { add } from "./lib/tool.ts";\nconst total = 1;', 'total + 1', 'ad'],
      async (page, notebook) => {
        await editorAt(page, 1)
          .getByText('total', { exact: false })
          .first()
          .hover({ position: { x: 12, y: 8 } });
        await page.locator('.db-Hover', { hasText: 'const total: 1' }).waitFor();
        await page.mouse.move(5, 5);

        await typeInto(page, 2, 'd(1, ');
        await page.locator('.db-Signature strong', { hasText: 'second: number' }).waitFor();
        await page.screenshot({ path: join(SCREENS, 'editor-signature-light.png') });
        await page.keyboard.press('Escape');
        await page.locator('.db-Signature').waitFor({ state: 'detached' });
        await inMode(page, 'edit', 2);

        await editorAt(page, 1).click({ position: { x: 12, y: 8 } });
        await inMode(page, 'edit', 1);
        await page.keyboard.press('Control+Home');
        await page.keyboard.press('F12');
        await inMode(page, 'edit', 0);
        await page.keyboard.type('sum');
        await expect.poll(() => editorAt(page, 0).innerText()).toContain('const sum = 1;');
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+z');

        await editorAt(page, 1).click({ position: { x: 12, y: 8 } });
        await inMode(page, 'edit', 1);
        await page.keyboard.press('F2');
        await page.locator('.jp-Dialog input').fill('amount');
        await page.getByRole('button', { name: 'Rename' }).click();
        await expect
          .poll(async () => (await notebook.cells()).map(({ source }) => source)[1], { timeout: 15_000 })
          .toBe('amount + 1');

        await editorAt(page, 2).click();
        await page.keyboard.press('Control+Home');
        await page.keyboard.press('F12');
        await page.locator('.jp-FileEditor .cm-content', { hasText: 'Adds two numbers' }).waitFor();
        await page.keyboard.type('!');
        await expect.poll(() => page.locator('.jp-FileEditor .cm-line').nth(3).textContent()).toContain('!');
      },
    ),
  );

  test('dark: the list with its panel belongs', LIMIT, () =>
    inNotebook(
      [TWO, ''],
      async (page) => {
        await runCell(page, 0);
        await typeInto(page, 1, 'two.getC');
        await page.locator(`${LIST} .db-Description`).waitFor();
        await page.screenshot({ path: join(SCREENS, 'editor-list-dark.png') });
        await page.keyboard.press('Enter');
        await page.keyboard.type('("', { delay: 50 });
        await expect.poll(() => page.locator(ACTIVE).textContent()).toBe('n');
        await page.screenshot({ path: join(SCREENS, 'editor-keys-dark.png') });
      },
      'dark',
    ),
  );
});
