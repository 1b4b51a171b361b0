import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt } from './notebook.ts';

const avatar = (page: Page, name: string) =>
  page.getByRole('group', { name: 'People in this document' }).getByRole('button', { name: `Follow ${name}` });

/** Run in the page: whether a cell is where one can see it. */
const inView = (index: number) => `(() => {
  const cell = document.querySelector('.jp-Notebook .jp-Cell[data-windowed-list-index="${index}"]');
  if (cell === null) return false;
  const { top, bottom } = cell.getBoundingClientRect();
  return bottom > 60 && top < window.innerHeight;
})()`;
const sees = (page: Page, index: number, expected = true) =>
  expect.poll(() => page.evaluate<boolean>(inView(index)), { timeout: 15_000 }).toBe(expected);

describeWith(chromium, 'people in one notebook', (executablePath) => {
  const desk = useDesk({ name: 'presence', executablePath });
  const together = (sources: readonly string[], work: Parameters<typeof desk.together>[1]) =>
    desk.together(sources, work, { names: ['ada lovelace', 'grace hopper'] });

  test('each sees the other: avatar, cell and named cursor; and sees them go [C12 C13]', { timeout: 120_000 }, () =>
    together(['# Who is here', 'let x = 1', 'x + 1'], async (ada, grace) => {
      await avatar(ada.page, 'Grace hopper').waitFor();
      await avatar(grace.page, 'Ada lovelace').waitFor();
      expect(await ada.page.locator('.db-Avatar').allTextContents()).toEqual(['GH']);
      await editorAt(grace.page, 1).click();
      await grace.page.keyboard.press('Control+End');
      await grace.page.keyboard.type('0');
      await cellAt(ada.page, 1).locator('.db-Caret[data-name="Grace hopper"]').waitFor();
      await cellAt(ada.page, 1).getByRole('img', { name: 'In this cell: Grace hopper' }).waitFor();
      await grace.page.keyboard.press('Shift+Home');
      await cellAt(ada.page, 1).locator('.db-TheirSelection').waitFor();
      await editorAt(ada.page, 2).click();
      await grace.page.mouse.move(0, 0);
      await ada.page.screenshot({ path: join(SCREENS, 'presence-light.png') });
      await ada.page.emulateMedia({ colorScheme: 'dark' });
      await expect
        .poll(() => ada.page.evaluate('document.documentElement.dataset.theme ?? document.body.dataset.theme'))
        .toBe('dark');
      await ada.page.screenshot({ path: join(SCREENS, 'presence-dark.png') });
      await grace.page.context().close();
      await expect.poll(() => ada.page.locator('.db-Avatar').count(), { timeout: 15_000 }).toBe(0);
      expect(await ada.page.locator('.db-Caret, .db-Here').count()).toBe(0);
    }),
  );

  test('following goes where they go, until one scrolls, or presses Escape [C14]', { timeout: 120_000 }, () =>
    together(
      ['# Far', ...Array.from({ length: 40 }, (_, index) => `${'// line\n'.repeat(6)}${index}`)],
      async (ada, grace) => {
        await editorAt(grace.page, 1).click();
        await sees(ada.page, 30, false);
        await avatar(ada.page, 'Grace hopper').click();
        expect(await avatar(ada.page, 'Grace hopper').getAttribute('aria-pressed')).toBe('true');
        await ada.page.screenshot({ path: join(SCREENS, 'presence-follow.png') });
        await goTo(grace.page, 30);
        await sees(ada.page, 30);
        await goTo(grace.page, 3);
        await sees(ada.page, 3);
        await ada.page.keyboard.press('Escape');
        await expect.poll(() => avatar(ada.page, 'Grace hopper').getAttribute('aria-pressed')).toBe('false');
        await goTo(grace.page, 30);
        await cellAt(grace.page, 30).waitFor();
        await sees(ada.page, 30, false);
        await avatar(ada.page, 'Grace hopper').click();
        await sees(ada.page, 30);
        await ada.page.mouse.move(700, 500);
        await ada.page.mouse.wheel(0, -400);
        await expect.poll(() => avatar(ada.page, 'Grace hopper').getAttribute('aria-pressed')).toBe('false');
      },
    ),
  );

  test('one’s own other tab is known as such', { timeout: 120_000 }, async () => {
    const notebook = await desk.write(['# Mine']);
    const { page } = await desk.visitAs({ name: 'ada', role: 'editor' }, notebook.name);
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await cellAt(tab, 0).waitFor();
    await avatar(page, 'Ada (you, in another tab)').waitFor();
    await page.context().close();
  });
});

/** Goes to a cell with the keyboard, as people in command mode do. */
async function goTo(page: Page, index: number): Promise<void> {
  await page.keyboard.press('Escape');
  for (let step = 0; step < 60; step += 1) {
    const now = Number(
      await page.locator('.jp-Notebook .jp-Cell.jp-mod-active').getAttribute('data-windowed-list-index'),
    );
    if (now === index) return;
    await page.keyboard.press(now < index ? 'ArrowDown' : 'ArrowUp');
  }
  throw new Error(`cell ${index} was not reached`);
}
