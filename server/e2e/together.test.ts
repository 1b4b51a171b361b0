import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { bell, commentsPanel, threadOf, writeComment } from './comments-panel.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt, runCell } from './notebook.ts';
import { chooseVersion, keepVersion, showVersions, versionsPanel } from './versions-panel.ts';

const LINES = 24;
const COUNTS = `for (let i = 1; i <= ${LINES}; i += 1) { console.log('line', i); await new Promise((done) => setTimeout(done, 500)) }`;
const WHOLE = Array.from({ length: LINES }, (_, index) => `line ${index + 1}`);
const ADA = { name: 'ada', role: 'editor' } as const;
const GRACE = { name: 'grace', role: 'editor' } as const;

/** One story through all of working together; each part has a suite of its own for its corners. */
describeWith(chromium, 'two people, one notebook, from the first letter to a restored version', (executablePath) => {
  const desk = useDesk({ name: 'together', executablePath });
  const output = (page: Page, index: number) => cellAt(page, index).locator('.jp-OutputArea-output');

  test.each(['light', 'dark'] as const)(
    '[C1] [E20] [U9] [V4] type, run, comment, leave in the middle, come back, restore, %s',
    { timeout: 240_000 },
    async (scheme) => {
      const shot = (page: Page, name: string) =>
        page.screenshot({ path: join(SCREENS, `together-${name}-${scheme}.png`) });
      const notebook = await desk.write(['# Late flights', COUNTS, 'let late = 15']);
      let ada = await desk.visitAs(ADA, notebook.name, scheme);
      let grace = await desk.visitAs(GRACE, notebook.name, scheme);

      // They type into one cell at the same time, and nothing is lost.
      await editorAt(ada.page, 2).click();
      await ada.page.keyboard.press('Control+Home');
      await editorAt(grace.page, 2).click();
      await grace.page.keyboard.press('Control+End');
      await Promise.all([
        ada.page.keyboard.type('/* minutes */ ', { delay: 5 }),
        grace.page.keyboard.type(' * 2; late', { delay: 5 }),
      ]);
      const typed = '/* minutes */ let late = 15 * 2; late';
      for (const { page } of [ada, grace]) await editorAt(page, 2).getByText(typed, { exact: true }).waitFor();

      // One runs, both see.
      await runCell(grace.page, 2);
      await output(ada.page, 2).getByText('30', { exact: true }).waitFor();
      await showVersions(ada.page);
      await keepVersion(ada.page, 'Agreed');

      // One asks in a comment, the other is told, answers and resolves.
      await cellAt(ada.page, 2).locator('.db-Header').click();
      await ada.page.keyboard.press('Control+Alt+m');
      await writeComment(ada.page, 'Is thirty right? @grace');
      await expect
        .poll(() => bell(grace.page).getAttribute('aria-label'), { timeout: 40_000 })
        .toBe('Notifications, 1 unread');
      await bell(grace.page).click();
      const told = grace.page.getByRole('dialog', { name: 'Notifications' });
      await told.getByRole('button', { name: /Unread: Ada mentioned you/ }).click();
      await threadOf(grace.page, 'Is thirty right?').waitFor();
      await shot(grace.page, 'mentioned');
      await threadOf(grace.page, 'Is thirty right?').getByRole('button', { name: 'Resolve' }).click();
      await threadOf(ada.page, 'Is thirty right?').waitFor({ state: 'detached' });
      await commentsPanel(ada.page).getByRole('button', { name: 'Resolved', exact: true }).click();
      await threadOf(ada.page, 'Is thirty right?').getByText('Resolved by Grace').waitFor();

      // Both leave while a cell prints, and find all of it when they are back.
      await cellAt(ada.page, 1).hover();
      await cellAt(ada.page, 1).getByRole('button', { name: 'Run this cell' }).click();
      await output(grace.page, 1).getByText('line 3').waitFor();
      await shot(grace.page, 'running');
      expect([...ada.troubles, ...grace.troubles]).toEqual([]);
      await Promise.all([ada, grace].map(({ page }) => page.context().close()));
      ada = await desk.visitAs(ADA, notebook.name, scheme);
      grace = await desk.visitAs(GRACE, notebook.name, scheme);
      for (const { page } of [ada, grace]) {
        await page.locator('.jp-Cell[data-windowed-list-index="1"][data-db-state="ok"]').waitFor({ timeout: 60_000 });
        expect((await output(page, 1).textContent())?.trim().split('\n')).toEqual(WHOLE);
        expect(await output(page, 1).count()).toBe(1);
        expect(await page.locator('.jp-Notebook .jp-Cell').count()).toBe(3);
      }

      // One writes on, the other goes back to what they had agreed on; both see it, and what was there is kept.
      await editorAt(grace.page, 2).click();
      await grace.page.keyboard.press('Control+End');
      await grace.page.keyboard.type(' + 1');
      await editorAt(ada.page, 2).getByText(`${typed} + 1`, { exact: true }).waitFor();
      await showVersions(ada.page);
      await chooseVersion(ada.page, 'Agreed');
      await versionsPanel(ada.page).getByRole('button', { name: 'Restore', exact: true }).click();
      const dialog = ada.page.getByRole('dialog');
      await shot(ada.page, 'restore');
      await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
      await editorAt(grace.page, 2).getByText(typed, { exact: true }).waitFor();
      await output(grace.page, 2).getByText('30', { exact: true }).waitFor();
      await versionsPanel(ada.page).getByText('Before restoring').waitFor({ timeout: 40_000 });
      await notebook.holds(['# Late flights', COUNTS, typed]);
      await shot(grace.page, 'restored');
      expect([...ada.troubles, ...grace.troubles]).toEqual([]);
      await Promise.all([ada, grace].map(({ page }) => page.context().close()));
    },
  );
});
