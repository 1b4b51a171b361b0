import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { useDesk } from './desk.ts';
import { cellAt, editorAt, inMode, type NotebookUnderTest, runCell } from './notebook.ts';

describeWith(chromium, 'undo with two people in one notebook', (executablePath) => {
  const desk = useDesk({ name: 'undo', executablePath });
  const together = (
    sources: readonly string[],
    work: (ada: Page, grace: Page, notebook: NotebookUnderTest) => Promise<void>,
  ) => desk.together(sources, (ada, grace, notebook) => work(ada.page, grace.page, notebook));

  test('Ctrl+Z in a cell takes back one’s own words only; a run stays [C15]', { timeout: 120_000 }, () =>
    together(['# Title', '1'], async (ada, grace, notebook) => {
      await editorAt(ada, 1).click();
      await ada.keyboard.press('Control+End');
      await ada.keyboard.type(' + 2');
      await editorAt(grace, 1).getByText('1 + 2', { exact: true }).waitFor();
      await editorAt(grace, 1).click();
      await grace.keyboard.press('Control+End');
      await grace.keyboard.type(' + 39');
      await editorAt(ada, 1).getByText('1 + 2 + 39', { exact: true }).waitFor();
      await runCell(grace, 1);
      await cellAt(ada, 1).getByText('42', { exact: true }).waitFor();
      await editorAt(ada, 1).click();
      await ada.keyboard.press('Control+z');
      await notebook.holds(['# Title', '1 + 39']);
      await cellAt(ada, 1).getByText('42', { exact: true }).waitFor();
      await ada.keyboard.press('Control+z');
      await ada.keyboard.press('Control+z');
      await notebook.holds(['# Title', '1 + 39']);
      await ada.keyboard.press('Control+Shift+z');
      await notebook.holds(['# Title', '1 + 2 + 39']);
    }),
  );

  test(
    'Z in command mode: a cell comes back, one that a colleague wrote in stays, a move goes back with her words [C16 C17]',
    { timeout: 120_000 },
    () =>
      together(['# Title', 'a', 'b'], async (ada, grace, notebook) => {
        const command = async (index: number) => {
          await cellAt(ada, index).click({ position: { x: 6, y: 6 } });
          await ada.keyboard.press('Escape');
          await inMode(ada, 'command', index);
        };
        await command(1);
        await ada.keyboard.press('d');
        await ada.keyboard.press('d');
        await notebook.holds(['# Title', 'b']);
        await ada.keyboard.press('z');
        await notebook.holds(['# Title', 'a', 'b']);

        await command(1);
        await ada.keyboard.press('Control+Shift+ArrowDown');
        await notebook.holds(['# Title', 'b', 'a']);
        await editorAt(grace, 2).click();
        await grace.keyboard.press('Control+End');
        await grace.keyboard.type(' and hers');
        await editorAt(ada, 2).getByText('a and hers', { exact: true }).waitFor();
        await command(2);
        await ada.keyboard.press('z');
        await notebook.holds(['# Title', 'a and hers', 'b']);

        await command(2);
        await ada.keyboard.press('b');
        await expect.poll(() => grace.locator('.jp-Notebook .jp-Cell').count()).toBe(4);
        await editorAt(grace, 3).click();
        await grace.keyboard.type('hers');
        await editorAt(ada, 3).getByText('hers', { exact: true }).waitFor();
        await ada.keyboard.press('Escape');
        await ada.keyboard.press('z');
        await ada.getByText('Not undone: somebody else has written in this cell.').first().waitFor();
        await notebook.holds(['# Title', 'a and hers', 'b', 'hers']);
      }),
  );
});
