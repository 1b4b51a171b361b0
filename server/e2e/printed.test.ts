import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt } from './notebook.ts';

const LIMIT = { timeout: 180_000 };
const MANY = `for (let i = 1; i <= 10_000; i += 1) { console.log('line', i); if (i % 200 === 0) await new Promise((done) => setTimeout(done, 40)) }`;
const WHOLE = Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}`);

describeWith(chromium, 'what cells print', (executablePath) => {
  const desk = useDesk({ name: 'printed', executablePath });
  const text = (page: Page, index = 0) => cellAt(page, index).locator('.db-Printed-text');
  const ended = (page: Page) =>
    page.locator('.jp-Cell[data-windowed-list-index="0"][data-db-state="ok"]').waitFor({ timeout: 60_000 });
  /** Pixels between what is seen and the end. */
  const below = (page: Page) =>
    page.evaluate<number>(
      `(() => { const { scrollHeight, scrollTop, clientHeight } = document.querySelector('.db-Printed-text'); return scrollHeight - scrollTop - clientHeight; })()`,
    );
  async function run(page: Page): Promise<void> {
    await cellAt(page, 0).hover();
    await cellAt(page, 0).getByRole('button', { name: 'Run this cell' }).click();
  }

  test.each(['light', 'dark'] as const)(
    '[E27] 10,000 lines are all there, scroll in themselves and leave the next cell in reach, %s',
    LIMIT,
    (scheme) =>
      desk.inNotebook(
        [MANY, 'let next = 1 <= 2'],
        async (page) => {
          await run(page);
          await text(page)
            .getByText('line 1000', { exact: false })
            .first()
            .waitFor({ state: 'attached', timeout: 40_000 });
          // One goes on working below while it prints.
          await editorAt(page, 1).click();
          await page.keyboard.press('Control+End');
          await page.keyboard.type(' // typed meanwhile');
          await editorAt(page, 1).getByText('// typed meanwhile').waitFor();
          await page.screenshot({ path: join(SCREENS, `printed-running-${scheme}.png`) });
          await ended(page);
          expect((await text(page).textContent())?.trimEnd().split('\n')).toEqual(WHOLE);
          await cellAt(page, 0).getByText('10,000 lines', { exact: true }).waitFor();
          await expect.poll(() => below(page), { timeout: 20_000 }).toBeLessThan(30);
          expect((await cellAt(page, 0).boundingBox())?.height).toBeLessThan(800);
          await page.screenshot({ path: join(SCREENS, `printed-${scheme}.png`) });
          // Code is shown as it is written.
          const ligatures = `getComputedStyle(document.querySelector('.jp-CodeCell .cm-content')).fontVariantLigatures`;
          expect(await page.evaluate(ligatures)).toBe('none');
          await page.reload();
          await cellAt(page, 0).getByText('10,000 lines', { exact: true }).waitFor();
          expect((await text(page).textContent())?.trimEnd().split('\n')).toEqual(WHOLE);
          // One that was there before begins at its beginning.
          expect(await below(page)).toBeGreaterThan(1_000);
          await page.getByRole('group', { name: 'Printed text, 10,000 lines' }).focus();
          await page.keyboard.press('End');
          await cellAt(page, 0).getByRole('button', { name: 'Show all' }).click();
          expect((await cellAt(page, 0).boundingBox())?.height).toBeGreaterThan(100_000);
          await cellAt(page, 0).getByRole('button', { name: 'Show less' }).click();
          expect((await cellAt(page, 0).boundingBox())?.height).toBeLessThan(800);
          expect(await cellAt(page, 0).isVisible()).toBe(true);
        },
        scheme,
      ),
  );

  test('[E27] who scrolls up stays there; colours, links and \\r are as ever', LIMIT, () =>
    desk.inNotebook(
      [
        `for (let i = 1; i <= 400; i += 1) { console.log(i === 3 ? '\\u001b[31mred\\u001b[0m https://example.org/x' : 'line ' + i); if (i % 10 === 0) await new Promise((done) => setTimeout(done, 150)) }
process.stdout.write('10 %'); process.stdout.write('\\r99 %\\n')`,
      ],
      async (page) => {
        await run(page);
        await text(page).getByText('line 60', { exact: false }).first().waitFor({ state: 'attached' });
        await text(page).hover();
        await page.mouse.wheel(0, -4_000);
        await expect.poll(() => below(page)).toBeGreaterThan(100);
        await ended(page);
        const top = await page.evaluate<number>(`document.querySelector('.db-Printed-text').scrollTop`);
        expect(top).toBe(0);
        expect(await text(page).locator('.ansi-red-fg').textContent()).toBe('red');
        expect(await text(page).getByRole('link').getAttribute('href')).toBe('https://example.org/x');
        const lines = (await text(page).textContent())?.trimEnd().split('\n') ?? [];
        expect(lines.length).toBe(401);
        expect(lines.at(-1)).toBe('99 %');
      },
    ),
  );
});
