import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt, inMode, openNotebook, runCell } from './notebook.ts';

/** What the top bar says of the document. */
const status = (page: Page) => page.locator('.db-Saved-words');
const says = (page: Page, words: string | RegExp) =>
  expect.poll(() => status(page).textContent(), { timeout: 30_000 }).toMatch(words);

/** Run in the page: the theme that is shown. */
const THEME = 'document.documentElement.dataset.theme ?? document.body.dataset.theme';

/** Puts the cursor at the end of a cell and types. */
async function type(page: Page, index: number, text: string): Promise<void> {
  await editorAt(page, index).click();
  await inMode(page, 'edit', index);
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

/** Waits until all is there: JupyterLab goes on to move the focus while a notebook opens. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Kernel: (Local|Restarted)/ }).waitFor();
  await says(page, /^Saved$/);
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
/** The device keeps so many, or more: what is typed slowly, as on a busy machine, is several edits. */
const keeps = async (page: Page, store: 'edits' | 'drafts', rows: number) => {
  const kept = expect.poll(() => page.evaluate<number>(count(store)), { timeout: 15_000 });
  await (rows === 0 ? kept.toBe(0) : kept.toBeGreaterThanOrEqual(rows));
};

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
  await context.addInitScript("Object.defineProperty(window, 'indexedDB', { value: undefined })");
}

describeWith(chromium, 'a page whose server goes away', (executablePath) => {
  const desk = useDesk({ name: 'offline', executablePath });

  test('kill -9 under a typist: nothing is lost, no dialog, the status is right [C1 C3 C7]', {
    timeout: 120_000,
  }, async () => {
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
      await noDialog(page);
    });
    await page.getByRole('button', { name: /^Kernel: (Local|Restarted)/ }).waitFor();
    await says(page, /^Saved$/);
    await notebook.holds(['# Title', 'let x = 40 + 1 + 1']);
    await keeps(page, 'edits', 0);
    await type(page, 1, '\nx');
    await runCell(page, 1);
    await cellAt(page, 1).getByText('42', { exact: true }).waitFor();
    await noDialog(page);
    await page.context().close();
  });

  test('a tab closed while offline: the edits are back with the next one and are sent [C3 C4 C6]', {
    timeout: 120_000,
  }, async () => {
    const notebook = await desk.write(['# Title', '1']);
    const { page } = await desk.visit(notebook.name, 'dark');
    const context = page.context();
    await settled(page);
    let asked = 0;
    await desk.restart(async () => {
      await type(page, 1, ' + 2');
      await says(page, /kept on this device$/);
      await keeps(page, 'edits', 1);
      await page.screenshot({ path: join(SCREENS, 'offline-dark.png') });
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

  test('two tabs of one user that wrote offline, one of them closed, come together [C4]', {
    timeout: 120_000,
  }, async () => {
    const notebook = await desk.write(['# Title', 'a', 'b']);
    const { page: first } = await desk.visit(notebook.name);
    const second = await anotherTab(first, notebook.name);
    await settled(first);
    await settled(second);
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
    await settled(page);
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
    await settled(page);
    await page.context().setOffline(true);
    await type(page, 1, ' + 2');
    await says(page, /^(Offline · 1 unsaved edit kept on this device|Saved)$/);
    await page.context().setOffline(false);
    await says(page, /^Saved$/);
    await notebook.holds(['# Title', '1 + 2']);
    await page.context().close();
  });
});

describeWith(chromium, 'a page that may not write', (executablePath) => {
  const desk = useDesk({ name: 'roles', executablePath });

  test('a viewer reads: the status says so, and neither text nor cells change', { timeout: 90_000 }, async () => {
    const notebook = await desk.write(['# Title', 'let x = 1']);
    const { page } = await desk.visitAs({ name: 'vera', role: 'viewer' }, notebook.name);
    await says(page, /^Read-only$/);
    await editorAt(page, 1).click();
    await page.keyboard.type('2');
    await page.keyboard.press('Escape');
    for (const key of ['b', 'd', 'd', 'x', 'z']) await page.keyboard.press(key);
    expect(await editorAt(page, 1).textContent()).toBe('let x = 1');
    expect(await page.locator('.jp-Notebook .jp-Cell').count()).toBe(2);
    await cellAt(page, 1).hover();
    for (const name of ['Run this cell', 'Cell title'])
      expect(await cellAt(page, 1).getByRole('button', { name }).isVisible()).toBe(false);
    await page.screenshot({ path: join(SCREENS, 'read-only-light.png') });
    await noDialog(page);
    expect(await page.locator('.db-RoomNotice').count()).toBe(0);
    await notebook.holds(['# Title', 'let x = 1']);
    await page.context().close();
  });

  test('edits that waited on the device and are not allowed any more are a draft to be saved elsewhere [C4 C10]', {
    timeout: 120_000,
  }, async () => {
    const notebook = await desk.write(['# Title', 'let x = 1']);
    const { page } = await desk.visitAs({ name: 'ada', role: 'editor' }, notebook.name);
    await settled(page);
    await desk.restart(async () => {
      await type(page, 1, ' + 2');
      await says(page, /kept on this device$/);
      await keeps(page, 'edits', 1);
      await page.goto('about:blank');
    });
    await desk.signIn(page, { name: 'ada', role: 'viewer' });
    await page.goto(`${desk.daybook.url}/lab/tree/${notebook.name}`);
    const notice = page.locator('.db-RoomNotice');
    await notice.getByText(/could not be saved; this device keeps them as a draft/).waitFor();
    await cellAt(page, 1).getByText('let x = 1', { exact: true }).waitFor();
    await says(page, /^Read-only$/);
    await keeps(page, 'edits', 0);
    await keeps(page, 'drafts', 1);
    await page.screenshot({ path: join(SCREENS, 'draft-light.png') });
    await page.keyboard.press('Control+Shift+c');
    await page.locator('.lm-CommandPalette-input').fill('show drafts');
    await page.keyboard.press('Enter');
    await page.locator('.db-DraftList').getByText(notebook.name).waitFor();
    await page.screenshot({ path: join(SCREENS, 'draft-list-light.png') });
    await page.getByRole('button', { name: 'Close' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      notice.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\(draft .*\)\.ipynb$/);
    // An editor again: the copy becomes a notebook beside the first.
    await desk.signIn(page, { name: 'ada', role: 'editor' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.reload();
    await notice.waitFor();
    await expect.poll(() => page.evaluate(THEME)).toBe('dark');
    await page.screenshot({ path: join(SCREENS, 'draft-dark.png') });
    await notice.getByRole('button', { name: 'Save as a copy' }).click();
    await page.locator('.db-Title-name', { hasText: '(draft' }).waitFor();
    await page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')
      .getByText('let x = 1 + 2', { exact: true })
      .first()
      .waitFor();
    await keeps(page, 'drafts', 0);
    await notebook.holds(['# Title', 'let x = 1']);
    await page.context().close();
  });

  test('a session that ends under a writer: it is said, nothing takes text, the words are a draft [C9 C10]', {
    timeout: 90_000,
  }, async () => {
    const notebook = await desk.write(['# Title', 'let x = 1']);
    const { page } = await desk.visitAs({ name: 'grace', role: 'editor' }, notebook.name);
    await settled(page);
    await desk.signOut(page);
    await page
      .locator('.db-RoomNotice')
      .getByText(/no longer have access/)
      .waitFor();
    await says(page, /^Signed out$/);
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await editorAt(page, 1).click();
    await page.keyboard.type('2');
    expect(await editorAt(page, 1).textContent()).toBe('let x = 1');
    await page.screenshot({ path: join(SCREENS, 'revoked-light.png') });
    await noDialog(page);
    await page.context().close();
  });
});
