import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { bell, commentsPanel, threadOf, writeComment } from './comments-panel.ts';
import { SCREENS, type Scheme, useDesk } from './desk.ts';
import { cellAt, editorAt, inMode, type NotebookUnderTest, runCell } from './notebook.ts';

/** The address under which threads are opened; JupyterLab adds the time to it. */
const POSTED = /\/api\/v1\/comments(\?.*)?$/;
const LIMIT = { timeout: 120_000 };
const QUERY = '%%sql result=late\nselect origin, count(*) as flights\nfrom flights\nwhere delay > 15';

describeWith(chromium, 'comments in the browser', (executablePath) => {
  const desk = useDesk({ name: 'comments', executablePath });

  const together = (
    sources: readonly string[],
    work: (ada: Page, grace: Page, notebook: NotebookUnderTest) => Promise<void>,
    scheme: Scheme = 'light',
  ) => desk.together(sources, (ada, grace, notebook) => work(ada.page, grace.page, notebook), { scheme });

  /** Selects words in a cell's editor, as far as they are on one line. */
  async function select(page: Page, index: number, words: string): Promise<void> {
    await editorAt(page, index).click();
    await inMode(page, 'edit', index);
    await page.evaluate(`(() => {
      const wanted = ${JSON.stringify(words)};
      const cell = document.querySelector('.jp-Notebook .jp-Cell[data-windowed-list-index="${index}"]');
      const line = [...cell.querySelectorAll('.cm-line')].find((each) => each.textContent.includes(wanted));
      const from = line.textContent.indexOf(wanted);
      const to = from + wanted.length;
      const range = document.createRange();
      const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      let at = 0;
      for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
        const { length } = node.textContent;
        if (from >= at && from < at + length) range.setStart(node, from - at);
        if (to > at && to <= at + length) range.setEnd(node, to - at);
        at += length;
      }
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    })()`);
  }

  /** Chooses from the menu of a cell. */
  async function command(page: Page, index: number, name: string): Promise<void> {
    await cellAt(page, index).getByRole('button', { name: 'More actions for this cell' }).click();
    await page.locator(`.db-CellMenu .lm-Menu-item[data-command="${name}"]`).click();
  }

  for (const scheme of ['light', 'dark'] as const) {
    test(`a range is commented, answered, followed through edits, resolved and reopened (${scheme})`, LIMIT, () =>
      together(
        ['# When are flights late?\n\nThree million flights of 2001.', QUERY, 'const after = 15'],
        async (ada, grace) => {
          await select(ada, 1, 'delay > 15');
          await ada.getByRole('button', { name: 'Comment', exact: true }).waitFor();
          await ada.screenshot({ path: join(SCREENS, `comments-select-${scheme}.png`) });
          await ada.keyboard.press('Control+Alt+m');
          await writeComment(ada, 'Should cancelled flights count as late? @grace');
          const mark = (page: Page) => cellAt(page, 1).locator('.db-CommentRange');
          expect(await mark(ada).textContent()).toBe('delay > 15');
          // Grace sees the mark, the count, and her bell.
          await expect.poll(() => mark(grace).textContent()).toBe('delay > 15');
          await cellAt(grace, 1).getByRole('button', { name: 'Show 1 comment, 1 unread' }).waitFor();
          await expect.poll(() => bell(grace).getAttribute('aria-label')).toBe('Notifications, 1 unread');
          // Text above the mark does not move it off its words.
          await editorAt(grace, 1).click();
          await grace.keyboard.press('Control+Home');
          await grace.keyboard.type('-- the first line\n');
          await expect.poll(() => mark(ada).textContent()).toBe('delay > 15');
          await bell(grace).click();
          await grace.screenshot({ path: join(SCREENS, `comments-bell-${scheme}.png`) });
          await grace
            .getByRole('dialog', { name: 'Notifications' })
            .getByRole('button', { name: /Ada mentioned you/ })
            .first()
            .click();
          await threadOf(grace, 'Should cancelled flights').waitFor();
          await expect.poll(() => bell(grace).getAttribute('aria-label')).toBe('Notifications');
          await threadOf(grace, 'Should cancelled').getByRole('combobox', { name: 'Reply' }).click();
          await grace.keyboard.type('@ad');
          await commentsPanel(grace).getByRole('option', { name: 'Ada' }).waitFor();
          await grace.screenshot({ path: join(SCREENS, `comments-mention-${scheme}.png`) });
          await grace.keyboard.press('Enter');
          await grace.keyboard.type('They are not in this file. I **noted** it in the `text`.');
          await grace.keyboard.press('Control+Enter');
          await threadOf(ada, 'They are not in this file').waitFor();
          await expect.poll(() => bell(ada).getAttribute('aria-label'), { timeout: 20_000 }).toMatch(/^Notifications/);
          await threadOf(ada, 'They are not').locator('.db-Comment').last().hover();
          await threadOf(ada, 'They are not')
            .locator('.db-Comment')
            .last()
            .getByRole('button', { name: 'React' })
            .click();
          // What others do in the thread meanwhile leaves what is open open.
          const first = threadOf(grace, 'They are not').locator('.db-Comment').first();
          await first.hover();
          await first.getByRole('button', { name: 'React' }).click();
          await grace.getByRole('button', { name: 'Eyes' }).click();
          await threadOf(ada, 'They are not').getByRole('button', { name: 'Eyes: Grace' }).waitFor();
          await ada.getByRole('button', { name: 'Heart' }).click();
          await threadOf(grace, 'They are not').getByRole('button', { name: 'Heart: Ada' }).waitFor();
          await ada.screenshot({ path: join(SCREENS, `comments-thread-${scheme}.png`) });
          await threadOf(ada, 'They are not').getByRole('button', { name: 'Resolve' }).click();
          await threadOf(ada, 'They are not').waitFor({ state: 'detached' });
          await expect.poll(() => mark(grace).count()).toBe(0);
          await commentsPanel(grace).getByRole('button', { name: 'Resolved', exact: true }).click();
          await threadOf(grace, 'They are not').getByText('Resolved by Ada').waitFor();
          await threadOf(grace, 'They are not').getByRole('button', { name: 'Reopen' }).click();
          await expect.poll(() => mark(ada).count()).toBe(1);
        },
        scheme,
      ),
    );
  }

  test('U9 the room tells of a comment: a page that looks in vain has it all the same', LIMIT, () =>
    together(['const answer = 42'], async (ada, grace) => {
      const looks = /\/api\/v1\/comments\?path=/;
      const before = await grace.evaluate<string>(
        `fetch('/api/v1/comments?path=' + encodeURIComponent(location.pathname.split('/').pop())).then((answer) => answer.text())`,
      );
      await grace.route(looks, (route) => route.fulfill({ contentType: 'application/json', body: before }));
      await cellAt(ada, 0).locator('.db-Header').click();
      await ada.keyboard.press('Control+Alt+m');
      await writeComment(ada, 'Is it?');
      await cellAt(grace, 0).getByRole('button', { name: 'Show 1 comment, 1 unread' }).waitFor();
      await grace.unroute(looks);
    }),
  );

  test('a moved cell keeps its threads; the threads of a deleted one stay readable', LIMIT, () =>
    together(['const first = 1', QUERY, 'const last = 1'], async (ada, grace) => {
      await select(ada, 1, 'flights');
      await ada.keyboard.press('Control+Alt+m');
      await writeComment(ada, 'Only three million?');
      await cellAt(grace, 1)
        .getByRole('button', { name: /Show 1 comment/ })
        .click();
      await threadOf(grace, 'Only three million?').waitFor();
      await cellAt(grace, 1).locator('.db-Header').click();
      await command(grace, 1, 'notebook:move-cell-down');
      await cellAt(ada, 2)
        .getByRole('button', { name: /Show 1 comment/ })
        .waitFor();
      await expect.poll(() => cellAt(ada, 2).locator('.db-CommentRange').textContent()).toBe('flights');
      await command(grace, 2, 'notebook:delete-cell');
      for (const page of [ada, grace]) {
        await commentsPanel(page).getByRole('heading', { name: 'About cells that were deleted' }).waitFor();
        await threadOf(page, 'Only three million?').getByText('The cell was deleted.').waitFor();
      }
      await threadOf(grace, 'Only').getByRole('combobox', { name: 'Reply' }).click();
      await grace.keyboard.type('It was.');
      await grace.keyboard.press('Control+Enter');
      await threadOf(ada, 'It was.').waitFor();
      await ada.screenshot({ path: join(SCREENS, 'comments-orphan-light.png') });
    }),
  );

  test('outputs, rendered text and the whole notebook; edit, delete and take back', LIMIT, () =>
    together(['# Title\n\nSome words to talk about', '6 * 7'], async (ada, grace) => {
      await runCell(ada, 1);
      await command(ada, 1, 'daybook:comment-output');
      await writeComment(ada, 'Why 42?');
      await cellAt(ada, 0).locator('.jp-RenderedMarkdown p').selectText();
      await ada.getByRole('button', { name: 'Comment', exact: true }).click();
      await writeComment(ada, 'Which words?');
      await cellAt(grace, 0).getByRole('button', { name: 'Show 1 comment, 1 unread' }).click();
      await threadOf(grace, 'Why 42?').waitFor();
      const own = threadOf(ada, 'Which words?');
      await own.locator('.db-Comment').hover();
      await own.getByRole('button', { name: 'Edit' }).click();
      await ada.keyboard.press('Control+a');
      await ada.keyboard.type('Which words exactly?');
      await ada.keyboard.press('Control+Enter');
      await threadOf(grace, 'Which words exactly?').getByText('edited').waitFor();
      expect(await threadOf(grace, 'Which words exactly?').getByRole('button', { name: 'Edit' }).count()).toBe(0);
      await threadOf(ada, 'exactly').locator('.db-Comment').hover();
      await threadOf(ada, 'exactly').getByRole('button', { name: 'Delete' }).click();
      await threadOf(grace, 'exactly').waitFor({ state: 'detached' });
      await commentsPanel(ada).getByRole('button', { name: 'Undo' }).click();
      await threadOf(grace, 'exactly').waitFor();
      await ada.screenshot({ path: join(SCREENS, 'comments-places-light.png') });
    }),
  );

  test('a commenter comments and cannot edit; a viewer reads', LIMIT, async () => {
    const notebook = await desk.write(['const answer = 42']);
    const commenter = await desk.visitAs({ name: 'carol', role: 'commenter' }, notebook.name);
    const viewer = await desk.visitAs({ name: 'victor', role: 'viewer' }, notebook.name);
    try {
      await cellAt(commenter.page, 0).locator('.db-Header').click();
      await commenter.page.keyboard.press('Control+Alt+m');
      await writeComment(commenter.page, 'May I? <img src=x onerror=alert(1)> @victor');
      await cellAt(viewer.page, 0).getByRole('button', { name: 'Show 1 comment, 1 unread' }).click();
      const seen = threadOf(viewer.page, 'May I? <img src=x onerror=alert(1)>');
      await seen.waitFor();
      expect(await seen.locator('img').count()).toBe(0);
      // Reading the thread reads what he was told of it, at once.
      await expect.poll(() => bell(viewer.page).getAttribute('aria-label'), { timeout: 5_000 }).toBe('Notifications');
      expect(await commentsPanel(viewer.page).locator('textarea').count()).toBe(0);
      expect(await seen.getByRole('button', { name: /Resolve|React|Edit|Delete/ }).count()).toBe(0);
      await cellAt(viewer.page, 0).locator('.db-Header').click();
      await viewer.page.keyboard.press('Control+Alt+m');
      expect(await commentsPanel(viewer.page).locator('textarea').count()).toBe(0);
      await expect
        .poll(() => cellAt(viewer.page, 0).getByRole('button', { name: 'Show 1 comment', exact: true }).count())
        .toBe(1);
      expect((await notebook.cells()).map(({ source }) => source)).toEqual(['const answer = 42']);
      await viewer.page.screenshot({ path: join(SCREENS, 'comments-viewer-light.png') });
    } finally {
      await commenter.page.context().close();
      await viewer.page.context().close();
    }
  });

  test('words that cannot be sent stay, and go once the server is back; a reload keeps them', LIMIT, async () => {
    const notebook = await desk.write(['const answer = 42']);
    const { page } = await desk.visitAs({ name: 'ada', role: 'editor' }, notebook.name);
    try {
      await cellAt(page, 0).locator('.db-Header').click();
      await cellAt(page, 0).getByRole('button', { name: 'Run this cell' }).waitFor();
      await page.keyboard.press('Control+Alt+m');
      const field = commentsPanel(page).getByRole('combobox', { name: 'Write a comment' });
      await field.fill('Kept words');
      await page.route(POSTED, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
      await field.press('Control+Enter');
      await commentsPanel(page).getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor();
      await page.screenshot({ path: join(SCREENS, 'comments-failed-light.png') });
      expect(await field.inputValue()).toBe('Kept words');
      await page.reload();
      await cellAt(page, 0).waitFor();
      await cellAt(page, 0).locator('.db-Header').click();
      await page.keyboard.press('Control+Alt+m');
      await expect.poll(() => field.inputValue()).toBe('Kept words');
      await page.unroute(POSTED);
      await field.press('Control+Enter');
      await threadOf(page, 'Kept words').waitFor();
      await page.reload();
      await cellAt(page, 0).getByRole('button', { name: 'Show 1 comment' }).click();
      await threadOf(page, 'Kept words').waitFor();
    } finally {
      await page.context().close();
    }
  });
});
