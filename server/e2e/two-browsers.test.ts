import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { useDesk } from './desk.ts';
import { cellAt, editorAt, inMode, runCell } from './notebook.ts';

describeWith(chromium, 'two people in one notebook', (executablePath) => {
  const desk = useDesk({ name: 'two', executablePath });
  const together = desk.together.bind(desk);

  test('typing in one cell from both sides arrives whole in both; reload repeats no cell', { timeout: 90_000 }, () =>
    together(['# Title', 'let x = 0'], async (ada, grace, notebook) => {
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
    together(['# Title', '%%sql result=a\nselect 6 * 7 as answer'], async (ada, grace) => {
      await runCell(ada.page, 1);
      await cellAt(grace.page, 1).getByRole('grid').getByText('42', { exact: true }).waitFor();
      await grace.page.locator('.jp-Cell[data-windowed-list-index="1"][data-db-state="ok"]').waitFor();
      await grace.page.reload();
      await cellAt(grace.page, 1).getByRole('grid').getByText('42', { exact: true }).waitFor();
      expect(await grace.page.getByRole('grid').count()).toBe(1);
    }),
  );

  test('kind and result name change under the other’s cursor', { timeout: 90_000 }, () =>
    together(['# Title', '%%sql result=a\nselect 1'], async (ada, grace, notebook) => {
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
