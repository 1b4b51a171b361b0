import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { bell, commentsPanel, writeComment } from './comments-panel.ts';
import { useDesk } from './desk.ts';
import { cellAt, runCell } from './notebook.ts';
import { chooseVersion, keepVersion, showVersions, versionsPanel } from './versions-panel.ts';

const LIMIT = { timeout: 180_000 };

/** Run in the page: what has the keyboard, by its name. */
const FOCUS = `(() => {
  const at = document.activeElement;
  return at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent?.trim() ?? '';
})()`;

/** The names of what Tab reaches, from what has the keyboard on. */
async function tabs(page: Page, count: number): Promise<string[]> {
  const names = [await page.evaluate<string>(FOCUS)];
  while (names.length < count) {
    await page.keyboard.press('Tab');
    names.push(await page.evaluate<string>(FOCUS));
  }
  return names;
}

describeWith(chromium, 'working together by keyboard and ear', (executablePath) => {
  const desk = useDesk({ name: 'accessibility', executablePath });

  test('comments: every part has a name and a place in the order', LIMIT, () =>
    desk.together(['const answer = 42'], async (ada, grace) => {
      await cellAt(ada.page, 0).locator('.db-Header').click();
      await ada.page.keyboard.press('Control+Alt+m');
      await writeComment(ada.page, 'Why 42?');
      await cellAt(grace.page, 0).getByRole('button', { name: 'Show 1 comment, 1 unread' }).click();
      await expect
        .poll(() => commentsPanel(grace.page).ariaSnapshot(), { timeout: 20_000 })
        .toContain('article "Thread, 1 comment');
      const tree = await commentsPanel(grace.page).ariaSnapshot();
      for (const part of [
        'complementary "Comments"',
        'heading "Comments',
        'group "Which threads"',
        'button "Open" [pressed]',
        'button "Resolved"',
        'combobox "Reply"',
        'button "Resolve"',
      ])
        expect(tree).toContain(part);
      // Nothing that acts is without a name.
      expect(tree).not.toMatch(/- (button|textbox|combobox|link)(:|$| \[)/m);
    }),
  );

  test('versions: named, in order, told; Escape and Enter do what they say', LIMIT, () =>
    desk.inNotebook(['const answer = 42'], async (page) => {
      await showVersions(page);
      await keepVersion(page, 'First');
      await versionsPanel(page).getByRole('status').getByText('Kept as “First”.').waitFor();
      await chooseVersion(page, 'First');
      const tree = await versionsPanel(page).ariaSnapshot();
      for (const part of [
        'heading "Versions',
        'textbox "Name of the version to keep now"',
        'group "Which versions are listed"',
        'button "All" [pressed]',
        'list "Versions of Today"',
        'button "Compare with now"',
        'button "Restore"',
      ])
        expect(tree).toContain(part);
      expect(tree).not.toMatch(/- (button|textbox|combobox|link)(:|$| \[)/m);
      await versionsPanel(page).getByRole('textbox').focus();
      const order = await tabs(page, 6);
      expect(order.slice(0, 4)).toEqual(['Name of the version to keep now', 'Keep', 'All', 'Named']);
      expect(order[4]).toContain('First');
      expect(order[5]).toBe('Compare with now');
      await page.keyboard.press('Enter');
      const changes = page.locator('.db-Diff');
      await changes.waitFor();
      await expect.poll(() => changes.ariaSnapshot(), { timeout: 20_000 }).toContain('status: Nothing is different.');
      expect(await changes.getAttribute('aria-label')).toMatch(/^Changes: /);
    }),
  );

  test('people: who is there is said, and followed with the keyboard', LIMIT, () =>
    desk.together(['const answer = 42'], async (ada) => {
      const people = ada.page.getByRole('group', { name: 'People in this document' });
      await people.getByRole('button', { name: 'Follow Grace' }).waitFor();
      await people.getByRole('button', { name: 'Follow Grace' }).focus();
      await ada.page.keyboard.press('Enter');
      await expect.poll(() => people.ariaSnapshot(), { timeout: 20_000 }).toContain('button "Follow Grace" [pressed]');
      await ada.page.keyboard.press('Escape');
      await expect.poll(() => people.ariaSnapshot(), { timeout: 20_000 }).not.toContain('[pressed]');
    }),
  );

  test('a question: its field is named by what is asked, described, and left with Escape', LIMIT, () =>
    desk.inNotebook(['const name = await prompt("Who are you?"); name', '2'], async (page) => {
      await runCell(page, 1);
      await cellAt(page, 0).locator('.db-Header').click();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Enter');
      const field = page.getByRole('textbox', { name: 'Who are you?' });
      await field.waitFor();
      // In command mode the keyboard goes where one has to type.
      await expect.poll(() => page.evaluate<string>(FOCUS), { timeout: 20_000 }).toContain('Who are you?');
      const box = await cellAt(page, 0).locator('.db-Question').ariaSnapshot();
      expect(box).toContain('textbox "Who are you?"');
      expect(box).toContain('button "Send"');
      expect(box).toMatch(/status: The cell that .* ran waits for this\./);
      expect(await field.evaluate((node) => node.getAttribute('aria-describedby'))).toBeTruthy();
      expect((await tabs(page, 2))[1]).toBe('Send');
      await page.keyboard.press('Escape');
      await expect
        .poll(() => page.evaluate<boolean>(`document.activeElement?.classList.contains('jp-Cell') === true`))
        .toBe(true);
      await field.fill('Ada');
      await field.press('Enter');
      await cellAt(page, 0).getByText("'Ada'").waitFor();
    }),
  );

  test('notifications: the bell says how many, its list is read and left', LIMIT, () =>
    desk.together(['const answer = 42'], async (ada, grace) => {
      await cellAt(ada.page, 0).locator('.db-Header').click();
      await ada.page.keyboard.press('Control+Alt+m');
      await writeComment(ada.page, 'Look @grace');
      await expect
        .poll(() => bell(grace.page).getAttribute('aria-label'), { timeout: 40_000 })
        .toBe('Notifications, 1 unread');
      await bell(grace.page).focus();
      await grace.page.keyboard.press('Enter');
      const list = grace.page.getByRole('dialog', { name: 'Notifications' });
      await list.waitFor();
      expect(await list.ariaSnapshot()).toMatch(/button "Unread: Ada mentioned you/);
      await grace.page.keyboard.press('Escape');
      await expect.poll(() => list.isVisible()).toBe(false);
      await expect.poll(() => grace.page.evaluate<string>(FOCUS), { timeout: 20_000 }).toMatch(/^Notifications/);
    }),
  );
});
