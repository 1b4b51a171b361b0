import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Run in the page: the name of what has the keyboard. */
const FOCUSED = "document.activeElement?.getAttribute('aria-label') ?? ''";

/** The panel “Comments” in a page. */
export function commentsPanel(page: Page): Locator {
  return page.locator('.db-Comments');
}

/** The threads there that say these words. */
export function threadOf(page: Page, words: string): Locator {
  return commentsPanel(page).locator('article.db-Thread').filter({ hasText: words });
}

export function bell(page: Page): Locator {
  return page.getByRole('button', { name: /^Notifications/ });
}

/** Writes into the composer that has just been opened and sends it. */
export async function writeComment(page: Page, words: string): Promise<void> {
  await commentsPanel(page).getByRole('combobox', { name: 'Write a comment' }).waitFor();
  await expect.poll(() => page.evaluate<string>(FOCUSED), { timeout: 20_000 }).toBe('Write a comment');
  await page.keyboard.type(words);
  await page.keyboard.press('Control+Enter');
  await threadOf(page, words).waitFor();
}
