import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { visit } from './browser.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt, runCell } from './notebook.ts';
import { chooseVersion, keepVersion, showVersions, versionsPanel } from './versions-panel.ts';

const shot = (page: Page, name: string) => page.screenshot({ path: join(SCREENS, `history-${name}.png`) });

async function write(page: Page, index: number, text: string): Promise<void> {
  await editorAt(page, index).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

/** Run in a page before all else: timers that repeat every quarter of a minute never come. */
const NO_LOOKING = `{
  const { setInterval } = window;
  window.setInterval = (work, wait, ...rest) => setInterval(work, wait === 15_000 ? 2 ** 31 - 1 : wait, ...rest);
}`;

describeWith(chromium, 'versions of a notebook', (executablePath) => {
  const desk = useDesk({ name: 'history', executablePath });
  const together = desk.together.bind(desk);

  test(
    '[V1] [V3] [V4] two people edit, one names a version, compares, restores; both see it',
    { timeout: 180_000 },
    () =>
      together(
        ['# Delays', 'const late = 15\nlate * 2', '%%sql result=a\nselect 6 * 7 as answer', 'last'],
        async (ada, grace, notebook) => {
          await runCell(ada.page, 1);
          await showVersions(ada.page);
          await keepVersion(ada.page, 'Before the review');
          await write(grace.page, 1, ' + 1');
          await editorAt(ada.page, 1).getByText('late * 2 + 1').waitFor();
          await runCell(grace.page, 1);
          await cellAt(ada.page, 0).dblclick();
          await write(ada.page, 0, ' by hour');
          await cellAt(grace.page, 3).click();
          await grace.page.keyboard.press('Escape');
          await grace.page.keyboard.press('d');
          await grace.page.keyboard.press('d');
          await notebook.holds([
            '# Delays by hour',
            'const late = 15\nlate * 2 + 1',
            '%%sql result=a\nselect 6 * 7 as answer',
          ]);

          await chooseVersion(ada.page, 'Before the review');
          await versionsPanel(ada.page).getByRole('button', { name: 'Compare with now' }).click();
          const diff = ada.page.locator('.db-Diff');
          await diff.getByText('2 cells changed, 1 removed', { exact: false }).waitFor();
          await diff.locator('ins', { hasText: '1' }).waitFor();
          await shot(ada.page, 'diff-light');
          // The tab bar that came with the second document lies beside it, not on it.
          const [box, tabs] = [
            await diff.boundingBox(),
            await ada.page.locator('#jp-main-dock-panel .lm-DockPanel-tabBar').boundingBox(),
          ];
          expect(box?.y).toBeGreaterThanOrEqual((tabs?.y ?? 0) + (tabs?.height ?? 0));
          expect(await diff.locator('.db-DiffCell[data-change="removed"]').textContent()).toContain('last');

          await ada.page.keyboard.press('n');
          await expect
            .poll(() => ada.page.evaluate<string>(`document.activeElement?.dataset.change ?? ''`))
            .toBe('changed');
          await diff.getByRole('button', { name: 'Put this cell back' }).click();
          await cellAt(grace.page, 3).getByText('last').waitFor();
          await diff.getByText('2 cells changed.', { exact: false }).waitFor();

          await diff.getByRole('button', { name: 'Restore this version' }).click();
          const dialog = ada.page.getByRole('dialog');
          await dialog.getByText('2 cells will be changed back', { exact: false }).waitFor();
          await shot(ada.page, 'confirm-light');
          await dialog.getByRole('button', { name: 'Restore' }).click();
          await editorAt(grace.page, 1).getByText('late * 2', { exact: true }).waitFor();
          await cellAt(grace.page, 1).locator('.jp-OutputArea-output').getByText('30').waitFor();
          await diff.getByText('Nothing is different.').waitFor();
          await notebook.holds([
            '# Delays',
            'const late = 15\nlate * 2',
            '%%sql result=a\nselect 6 * 7 as answer',
            'last',
          ]);

          // What was restored can be taken back.
          await ada.page.getByRole('button', { name: 'Undo', exact: true }).last().click();
          await editorAt(grace.page, 1).getByText('late * 2 + 1', { exact: true }).waitFor();
          await shot(grace.page, 'back-light');
        },
      ),
  );

  test('[V9] a version that somebody keeps is in the panel of the other at once', { timeout: 120_000 }, () =>
    together(['# Title', '1'], async (ada, grace) => {
      // Without looking at the server now and then: what comes is what was told.
      await grace.page.addInitScript(NO_LOOKING);
      await grace.page.reload();
      await cellAt(grace.page, 1).waitFor();
      await showVersions(grace.page);
      await showVersions(ada.page);
      await keepVersion(ada.page, 'Agreed');
      await versionsPanel(grace.page)
        .getByRole('button', { name: /Agreed/ })
        .waitFor();
    }),
  );

  test('[V5] own undo goes on working after somebody restored a cell', { timeout: 120_000 }, () =>
    together(['# Title', 'let a = 1', 'let b = 2'], async (ada, grace, notebook) => {
      await showVersions(ada.page);
      await keepVersion(ada.page, 'Start');
      await write(ada.page, 2, ' // wrong');
      await write(grace.page, 1, ' // by grace');
      await notebook.holds(['# Title', 'let a = 1 // by grace', 'let b = 2 // wrong']);
      await chooseVersion(ada.page, 'Start');
      await versionsPanel(ada.page).getByRole('button', { name: 'Compare with now' }).click();
      const cell = ada.page.locator('.db-DiffCell', { hasText: 'let b' });
      await cell.getByRole('button', { name: 'Restore this cell' }).click();
      await editorAt(grace.page, 2).getByText('let b = 2', { exact: true }).waitFor();
      await editorAt(grace.page, 1).click();
      await grace.page.keyboard.press('Control+z');
      await notebook.holds(['# Title', 'let a = 1', 'let b = 2']);
    }),
  );

  test('[V6] a deleted cell is listed and put back; a copy opens; the dark theme', { timeout: 120_000 }, async () => {
    const notebook = await desk.write(['# Title', 'let kept = 1', 'let gone = 2']);
    const ada = await desk.visitAs({ name: 'ada', role: 'editor' }, notebook.name, 'dark');
    const { page } = ada;
    try {
      await showVersions(page);
      await keepVersion(page, 'All three');
      await cellAt(page, 2).click();
      await page.keyboard.press('Escape');
      await page.keyboard.press('d');
      await page.keyboard.press('d');
      await notebook.holds(['# Title', 'let kept = 1']);
      await write(page, 1, ' + 1 // and more');
      await versionsPanel(page).getByText('Deleted cells (1)').click({ timeout: 30_000 });
      await versionsPanel(page).getByText('let gone = 2').waitFor();
      await chooseVersion(page, 'All three');
      await shot(page, 'panel-dark');
      await versionsPanel(page).getByRole('button', { name: 'Compare with now' }).click();
      await page.locator('.db-Diff').getByText('1 cell changed, 1 removed', { exact: false }).waitFor();
      await shot(page, 'diff-dark');
      await versionsPanel(page).getByRole('button', { name: 'Put back the cell “let gone = 2”' }).click();
      await notebook.holds(['# Title', 'let kept = 1 + 1 // and more', 'let gone = 2']);
      await versionsPanel(page).getByRole('button', { name: 'Copy to a new notebook' }).click();
      await page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').first().waitFor();
      await expect.poll(() => page.title(), { timeout: 20_000 }).toMatch(/^history-\d+ \(/);
      expect(ada.troubles).toEqual([]);
    } finally {
      await page.context().close();
    }
  });

  test.each(['light', 'dark'] as const)(
    '[V10] versions of a text: kept, compared by line, restored, %s',
    { timeout: 120_000 },
    async (scheme) => {
      const name = `notes-${scheme}.md`;
      const file = join(desk.folder, name);
      await writeFile(
        file,
        ['# Notes', ...Array.from({ length: 12 }, (_, at) => `line ${at}`), 'the end', ''].join('\n'),
      );
      const { page, troubles } = await visit(desk.browser, scheme);
      const editor = page.locator('.jp-FileEditor .cm-content');
      try {
        await desk.signIn(page, { name: 'ada', role: 'editor' });
        page.setDefaultTimeout(20_000);
        await page.goto(`${desk.daybook.url}/lab/tree/${name}?reset`);
        await editor.getByText('line 3', { exact: true }).waitFor();
        await showVersions(page);
        await keepVersion(page, 'First draft');
        await editor.click();
        await page.keyboard.press('Control+Home');
        await page.keyboard.press('End');
        await page.keyboard.type(' of today\nA new line');
        await expect.poll(() => readFile(file, 'utf8'), { timeout: 20_000 }).toMatch(/^# Notes of today\nA new line\n/);
        await chooseVersion(page, 'First draft');
        await versionsPanel(page).getByRole('button', { name: 'Compare with now' }).click();
        const diff = page.locator('.db-Diff');
        await diff.getByText('2 lines added, 1 removed.').waitFor();
        await diff.locator('ins', { hasText: 'of today' }).waitFor();
        await shot(page, `text-${scheme}`);
        await diff.getByRole('button', { name: 'Restore this version' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('Since then: 2 lines added, 1 removed.', { exact: false }).waitFor();
        await dialog.getByRole('button', { name: 'Restore' }).click();
        await diff.getByText('Nothing is different.').waitFor();
        await expect.poll(() => readFile(file, 'utf8'), { timeout: 20_000 }).toMatch(/^# Notes\nline 0\n/);
        await versionsPanel(page).getByRole('button', { name: 'Copy to a new file' }).click();
        await expect
          .poll(async () => (await readdir(desk.folder)).filter((each) => each.startsWith(`notes-${scheme} (`)), {
            timeout: 20_000,
          })
          .toHaveLength(1);
        await page.locator('.lm-TabBar-tab.lm-mod-current', { hasText: `notes-${scheme} (` }).waitFor();
        expect(troubles).toEqual([]);
      } finally {
        await page.context().close();
      }
    },
  );

  test('[V7] who may look only compares, and is offered nothing else', { timeout: 90_000 }, async () => {
    const notebook = await desk.write(['# Title', 'let a = 1']);
    const editor = await desk.visitAs({ name: 'ada', role: 'editor' }, notebook.name);
    await showVersions(editor.page);
    await keepVersion(editor.page, 'Shared');
    await write(editor.page, 1, ' + 1');
    await notebook.holds(['# Title', 'let a = 1 + 1']);
    const viewer = await desk.visitAs({ name: 'vera', role: 'viewer' }, notebook.name);
    const { page } = viewer;
    try {
      await showVersions(page);
      await chooseVersion(page, 'Shared');
      await versionsPanel(page).getByRole('button', { name: 'Compare with now' }).click();
      await page.locator('.db-Diff').getByText('1 cell changed.').waitFor();
      for (const name of [/^Restore/, /^Copy to/, 'Keep', 'Rename'])
        expect(await page.getByRole('button', { name, exact: typeof name === 'string' }).count()).toBe(0);
      expect(viewer.troubles).toEqual([]);
    } finally {
      await page.context().close();
      await editor.page.context().close();
    }
  });

  test('[R9] a change outside shows at once in an open notebook', { timeout: 90_000 }, () =>
    desk.inNotebook(['# Title', 'let mine = 1', 'let theirs = 1'], async (page, notebook) => {
      await write(page, 1, ' // typed');
      await notebook.holds(['# Title', 'let mine = 1 // typed', 'let theirs = 1']);
      const file = join(desk.folder, notebook.name);
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('let theirs = 1', 'let theirs = 2 // by git'));
      await editorAt(page, 2).getByText('let theirs = 2 // by git').waitFor();
      await editorAt(page, 1).getByText('let mine = 1 // typed').waitFor();
    }),
  );

  test('[C12] a deleted notebook lies in the trash of the home page and comes back', { timeout: 90_000 }, async () => {
    const notebook = await desk.write(['# Precious'], 'precious.ipynb');
    const { page, troubles } = await visit(desk.browser);
    const headers = { authorization: `token ${desk.daybook.token}` };
    const answer = await fetch(`${desk.daybook.url}/api/contents/${notebook.name}`, { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
    try {
      page.setDefaultTimeout(20_000);
      await page.goto(`${desk.daybook.url}/lab?token=${desk.daybook.token}&reset`);
      await page.getByText('Trash (1)').click();
      await page.getByRole('list', { name: 'Trash' }).getByText('precious.ipynb').waitFor();
      await page.evaluate(`document.querySelector('.db-Home-trash').scrollIntoView()`);
      expect(await page.locator('.jp-SideBar.jp-mod-right').isVisible()).toBe(false);
      await shot(page, 'trash-light');
      await page.getByRole('button', { name: 'Put back precious.ipynb' }).click();
      await page.locator('.db-Home-list').getByText('precious', { exact: true }).waitFor();
      expect(await page.getByText('Trash (1)').count()).toBe(0);
      await notebook.holds(['# Precious']);
      expect(troubles).toEqual([]);
    } finally {
      await page.context().close();
    }
  });
});
