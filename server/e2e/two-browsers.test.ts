import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { describeWith } from '../../docker/services/need.ts';
import { launch, type Visit, visit } from './browser.ts';
import { cellAt, editorAt, inMode, NotebookUnderTest, openNotebook, runCell } from './notebook.ts';

describeWith(chromium, 'two people in one notebook', (executablePath) => {
  let home: string;
  let folder: string;
  let daybook: Program;
  let browser: Browser;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'daybook-two-'));
    folder = join(home, 'notebooks');
    await mkdir(folder);
    daybook = await startDaybook({ home: join(home, 'home'), folder });
    browser = await launch(executablePath);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await daybook?.stop();
    await rm(home, { recursive: true, force: true });
  });

  async function together(
    name: string,
    sources: readonly string[],
    work: (ada: Visit, grace: Visit, notebook: NotebookUnderTest) => Promise<void>,
  ): Promise<void> {
    const notebook = new NotebookUnderTest(folder, name);
    await notebook.write(sources);
    const [ada, grace] = [await visit(browser), await visit(browser)];
    try {
      await openNotebook(ada.page, daybook, name);
      await openNotebook(grace.page, daybook, name);
      await work(ada, grace, notebook);
      expect([...ada.troubles, ...grace.troubles]).toEqual([]);
    } finally {
      await ada.page.context().close();
      await grace.page.context().close();
    }
  }

  test('typing in one cell from both sides arrives whole in both; reload repeats no cell', { timeout: 90_000 }, () =>
    together('typing.ipynb', ['# Title', 'let x = 0'], async (ada, grace, notebook) => {
      await editorAt(ada.page, 1).click();
      await ada.page.keyboard.press('Control+Home');
      await editorAt(grace.page, 1).click();
      await grace.page.keyboard.press('Control+End');
      await Promise.all([
        ada.page.keyboard.type('/* from the front, letter by letter */ ', { delay: 3 }),
        grace.page.keyboard.type('; // and from the end, at the same time', { delay: 3 }),
      ]);
      const whole = '/* from the front, letter by letter */ let x = 0; // and from the end, at the same time';
      for (const { page } of [ada, grace]) await editorAt(page, 1).getByText(whole, { exact: true }).waitFor();
      await notebook.holds(['# Title', whole]);
      await ada.page.reload();
      await editorAt(ada.page, 1).getByText(whole, { exact: true }).waitFor();
      expect(await ada.page.locator('.jp-Notebook .jp-Cell').count()).toBe(2);
      await notebook.holds(['# Title', whole]);
    }),
  );

  test('a run in one shows its result and state in the other', { timeout: 90_000 }, () =>
    together('running.ipynb', ['# Title', '%%sql result=a\nselect 6 * 7 as answer'], async (ada, grace) => {
      await runCell(ada.page, 1);
      await cellAt(grace.page, 1).getByRole('grid').getByText('42', { exact: true }).waitFor();
      await grace.page.locator('.jp-Cell[data-windowed-list-index="1"][data-db-state="ok"]').waitFor();
      await grace.page.reload();
      await cellAt(grace.page, 1).getByRole('grid').getByText('42', { exact: true }).waitFor();
      expect(await grace.page.getByRole('grid').count()).toBe(1);
    }),
  );

  test('kind and result name change under the other’s cursor', { timeout: 90_000 }, () =>
    together('kinds.ipynb', ['# Title', '%%sql result=a\nselect 1'], async (ada, grace, notebook) => {
      await editorAt(grace.page, 1).click();
      await grace.page.keyboard.press('Control+End');
      await cellAt(ada.page, 1).getByRole('button', { name: 'Name of the result: a' }).click();
      await ada.page.keyboard.type('a_longer_name');
      await ada.page.keyboard.press('Enter');
      await cellAt(grace.page, 1).getByText('→ a_longer_name').waitFor();
      await inMode(grace.page, 'edit', 1);
      await grace.page.keyboard.type(' as one');
      await notebook.holds(['# Title', '%%sql result=a_longer_name\nselect 1 as one']);
      await cellAt(ada.page, 1).getByRole('button', { name: 'Cell kind: SQL' }).click();
      await ada.page.locator('.db-KindMenu').getByText('TypeScript', { exact: true }).click();
      await cellAt(grace.page, 1).getByRole('button', { name: 'Cell kind: TypeScript' }).waitFor();
      await grace.page.keyboard.type(' // mine');
      await notebook.holds(['# Title', 'select 1 as one // mine']);
    }),
  );
});
