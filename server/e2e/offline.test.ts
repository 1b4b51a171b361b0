import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt, openNotebook, runCell } from './notebook.ts';

/** What the top bar says of the document. */
const status = (page: Page) => page.locator('.db-Saved-words');
const says = (page: Page, words: string | RegExp) =>
  expect.poll(() => status(page).textContent(), { timeout: 30_000 }).toMatch(words);

/** Puts the cursor at the end of a cell and types. */
async function type(page: Page, index: number, text: string): Promise<void> {
  await editorAt(page, index).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

/** Run in the page: how many rows the device keeps in a store. */
const count = (store: 'edits' | 'drafts') => `new Promise((resolve, reject) => {
  const open = indexedDB.open('daybook-edits');
  open.onerror = () => reject(open.error);
  open.onsuccess = () => {
    const { result } = open;
    if (!result.objectStoreNames.contains('${store}')) return resolve(0);
    const rows = result.transaction('${store}').objectStore('${store}').count();
    rows.onsuccess = () => { result.close(); resolve(rows.result); };
  };
})`;
const keeps = (page: Page, store: 'edits' | 'drafts', rows: number) =>
  expect.poll(() => page.evaluate<number>(count(store)), { timeout: 15_000 }).toBe(rows);

/** One more tab of the same browser. */
async function anotherTab(page: Page, notebook: string): Promise<Page> {
  const tab = await page.context().newPage();
  tab.setDefaultTimeout(20_000);
  await tab.goto(new URL(`/lab/tree/${notebook}`, page.url()).href);
  await cellAt(tab, 0).waitFor();
  return tab;
}

const noDialog = async (page: Page) => expect(await page.locator('.jp-Dialog').allTextContents()).toEqual([]);

/** A browser without any store for pages. */
async function withoutStore(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
}

describeWith(chromium, 'a page whose server goes away', (executablePath) => {
  const desk = useDesk({ name: 'offline', executablePath });

  test('kill -9 under a typist: nothing is lost, no dialog, the status is right [C1 C3 C7]', { timeout: 120_000 }, async () => {
    const notebook = await desk.write(['# Title', 'let x = 40']);
    const { page } = await desk.visit(notebook.name);
    await runCell(page, 1);
    await type(page, 1, ' + 1');
    await says(page, /^Saved$/);
    await desk.restart(async () => {
      await type(page, 1, ' + 1');
      await says(page, /^Offline · 1 unsaved edit kept on this device$/);
      await page.getByRole('button', { name: 'Kernel: Reconnecting…' }).waitFor();
      await keeps(page, 'edits', 1);
      await page.screenshot({ path: join(SCREENS, 'offline-light.png') });
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.waitForTimeout(600);
      await page.screenshot({ path: join(SCREENS, 'offline-dark.png') });
      await page.emulateMedia({ colorScheme: 'light' });
      await noDialog(page);
    });
    const back = Date.now();
    await page.getByRole('button', { name: /^Kernel: (Local|Restarted)/ }).waitFor();
    console.info(`kernel connected ${Date.now() - back} ms after the server was back`);
    await says(page, /^Saved$/);
    await notebook.holds(['# Title', 'let x = 40 + 1 + 1']);
    await keeps(page, 'edits', 0);
    await type(page, 1, '\nx');
    await runCell(page, 1);
    await cellAt(page, 1).getByText('42', { exact: true }).waitFor();
    await noDialog(page);
    await page.context().close();
  });

  test('a tab closed while offline: the edits are back with the next one and are sent [C3 C4 C6]', { timeout: 120_000 }, async () => {
    const notebook = await desk.write(['# Title', '1']);
    const { page } = await desk.visit(notebook.name);
    const context = page.context();
    await says(page, /^Saved$/);
    let asked = 0;
    await desk.restart(async () => {
      await type(page, 1, ' + 2');
      await says(page, /kept on this device$/);
      await keeps(page, 'edits', 1);
      page.on('dialog', (dialog) => {
        asked += 1;
        void dialog.accept();
      });
      await page.close({ runBeforeUnload: true });
      await expect.poll(() => page.isClosed()).toBe(true);
    });
    expect(asked).toBe(0);
    const again = await context.newPage();
    await openNotebook(again, desk.daybook, notebook.name);
    await editorAt(again, 1).getByText('1 + 2', { exact: true }).waitFor();
    await says(again, /^Saved$/);
    await notebook.holds(['# Title', '1 + 2']);
    await keeps(again, 'edits', 0);
    await context.close();
  });

  test('two tabs of one user that wrote offline, one of them closed, come together [C4]', { timeout: 120_000 }, async () => {
    const notebook = await desk.write(['# Title', 'a', 'b']);
    const { page: first } = await desk.visit(notebook.name);
    const second = await anotherTab(first, notebook.name);
    await says(first, /^Saved$/);
    await says(second, /^Saved$/);
    await desk.restart(async () => {
      await first.bringToFront();
      await type(first, 1, ' = 1');
      await second.bringToFront();
      await type(second, 2, ' = 2');
      await keeps(second, 'edits', 2);
      await first.close();
    });
    await says(second, /^Saved$/);
    const third = await anotherTab(second, notebook.name);
    await notebook.holds(['# Title', 'a = 1', 'b = 2']);
    await editorAt(second, 1).getByText('a = 1', { exact: true }).waitFor();
    await keeps(third, 'edits', 0);
    await second.context().close();
  });

  test('a browser without a store says so, and asks before it forgets [C5 C6]', { timeout: 120_000 }, async () => {
    const notebook = await desk.write(['# Title', '1']);
    const { page } = await desk.visit(notebook.name);
    await withoutStore(page.context());
    await page.reload();
    await editorAt(page, 1).waitFor();
    await says(page, /^Saved$/);
    let asked = 0;
    page.on('dialog', (dialog) => {
      asked += 1;
      void dialog.dismiss();
    });
    await desk.restart(async () => {
      await type(page, 1, ' + 2');
      await says(page, /^Offline · 1 unsaved edit only in this tab$/);
      expect(await page.locator('.db-Saved').getAttribute('title')).toContain('keep it open');
      await page.close({ runBeforeUnload: true });
      await expect.poll(() => asked).toBe(1);
      expect(page.isClosed()).toBe(false);
    });
    await says(page, /^Saved$/);
    await notebook.holds(['# Title', '1 + 2']);
    await page.context().close();
  });

  test('a lost network: writing goes on, and is sent when it is back [C7 C8]', { timeout: 120_000 }, async () => {
    const notebook = await desk.write(['# Title', '1']);
    const { page } = await desk.visit(notebook.name);
    await says(page, /^Saved$/);
    await page.context().setOffline(true);
    await type(page, 1, ' + 2');
    await says(page, /^(Offline · 1 unsaved edit kept on this device|Saved)$/);
    await page.context().setOffline(false);
    await says(page, /^Saved$/);
    await notebook.holds(['# Title', '1 + 2']);
    await page.context().close();
  });
});
