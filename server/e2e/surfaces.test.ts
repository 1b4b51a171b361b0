import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { describeWith } from '../../docker/services/need.ts';
import { launch, visit } from './browser.ts';
import { colourFaults, unlabelled } from './colours.mjs';

describeWith(chromium, 'what stands around a notebook', (executablePath) => {
  let home: string;
  let daybook: Program;
  let browser: Browser;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'daybook-surfaces-'));
    daybook = await startDaybook({ home });
    await writeFile(join(home, 'workspace/Broken.ipynb'), '{ "cells": [\n');
    browser = await launch(executablePath);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await daybook?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const open = async (scheme: 'light' | 'dark', path = '/lab') => {
    const { page } = await visit(browser, scheme);
    await page.goto(`${daybook.url}${path}?token=${daybook.token}&reset`);
    return page;
  };

  for (const scheme of ['light', 'dark'] as const) {
    test(`${scheme}: eight stock surfaces follow the tokens and can be read`, { timeout: 120_000 }, async () => {
      const page = await open(scheme);
      const faults: Record<string, readonly string[]> = {};
      const look = async (name: string, selector: string) => {
        await page.locator(selector).first().waitFor();
        faults[name] = await page.evaluate(colourFaults, selector);
      };
      await page.locator('.db-Home-list').waitFor();
      await look('home', '.db-Home');
      await page.locator('.jp-DirListing-item', { hasText: 'data' }).click();
      await look('files', '#jp-left-stack');

      await page.locator('.db-Home-card', { hasText: 'New notebook' }).click();
      const editor = page.locator('.jp-CodeCell .cm-content').first();
      await editor.waitFor();
      await page.getByText('Saved', { exact: true }).waitFor();
      await page.keyboard.press('Alt+m');
      await page.locator('.db-FoldedMenu .lm-mod-active').waitFor();
      await look('menu', '.db-FoldedMenu');
      await page.keyboard.press('Escape');

      await page.keyboard.press('Control+k');
      await page.locator('.lm-CommandPalette-input').fill('run');
      await look('palette', '.lm-CommandPalette');
      await page.keyboard.press('Escape');

      await editor.click();
      await page.keyboard.type('const a = 1; cons');
      await page.locator('.db-KernelChip[data-tone="ok"]').waitFor();
      await page.keyboard.press('Tab');
      await look('completer', '.jp-Completer:not(.lm-mod-hidden)');
      await page.keyboard.press('Escape');

      await page.keyboard.press('Control+f');
      await look('find', '.jp-DocumentSearch-overlay');
      await page.keyboard.press('Escape');

      await page.locator('.jp-DirListing-item', { hasText: 'Broken' }).dblclick();
      await look('dialog', '.jp-Dialog-content');
      await page.getByRole('button', { name: 'Close' }).click();

      await page.keyboard.press('Control+,');
      await page.locator('.jp-SettingsForm').first().waitFor();
      await look('settings', '.jp-SettingsPanel, #setting-editor');

      expect(faults).toEqual(Object.fromEntries(Object.keys(faults).map((name) => [name, []])));
      expect(Object.keys(faults)).toHaveLength(8);
      await page.context().close();
    });
  }

  test('every control around a notebook has a name, and the page its landmarks', { timeout: 60_000 }, async () => {
    const page = await open('light', '/lab/tree/Welcome.ipynb');
    await page.locator('.jp-CodeCell .cm-content').first().waitFor();
    await page.locator('#daybook-skeleton').waitFor({ state: 'detached' });
    expect(await page.evaluate(unlabelled, 'body')).toEqual([]);
    for (const role of ['banner', 'main'] as const) expect(await page.getByRole(role).count(), role).toBeGreaterThan(0);
    expect(await rail(page)).toEqual(['Files', 'Outline', 'Running']);
    await page.context().close();
  });

  test('the right pane is not there, the left one as wide as drawn, the open file marked', {
    timeout: 60_000,
  }, async () => {
    const page = await open('light', '/lab/tree/Welcome.ipynb');
    await page.locator('.jp-DirListing-item.jp-mod-selected', { hasText: 'Welcome' }).waitFor();
    const main = await page.locator('#jp-main-dock-panel').boundingBox();
    expect(Math.round((main?.x ?? 0) + (main?.width ?? 0))).toBe(1440);
    expect(Math.abs((main?.x ?? 0) - 280)).toBeLessThan(3);
    await page.context().close();
  });

  test('the menus open and close by keyboard, and lead home', { timeout: 60_000 }, async () => {
    const page = await open('light', '/lab/tree/Welcome.ipynb');
    await page.locator('.jp-CodeCell .cm-content').first().waitFor();
    const active = page.locator('.lm-Menu-item.lm-mod-active');
    for (const name of ['More ways to run', /^Kernel:/]) {
      await page.getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
      await active.first().waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.lm-Menu').waitFor({ state: 'detached' });
    }
    await page.keyboard.press('F10');
    await active.filter({ hasText: 'Home' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.db-Home h1').waitFor();
    await page.context().close();
  });

  test('a broken notebook says where it is broken and opens as text', { timeout: 60_000 }, async () => {
    const page = await open('light');
    await page.locator('.jp-DirListing-item', { hasText: 'Broken' }).dblclick();
    await page.getByText('line 2, column 1').waitFor();
    await page.getByRole('button', { name: 'Open as text' }).click();
    await page.locator('.jp-FileEditor .cm-line', { hasText: '"cells"' }).waitFor();
    expect(await page.locator('.jp-Dialog').count()).toBe(0);
    await page.context().close();
  });

  test('home adds a file, and a new notebook begins with a TypeScript cell', { timeout: 60_000 }, async () => {
    const page = await open('light');
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.locator('.db-Home-card', { hasText: 'Add a file' }).click(),
    ]);
    await chooser.setFiles({ name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    await page.getByText("select * from 'sales.csv'").waitFor();
    await page.locator('.jp-DirListing-item', { hasText: 'sales.csv' }).waitFor();

    await page.locator('.db-Home-card', { hasText: 'New notebook' }).click();
    await page.locator('.jp-CodeCell .db-Kind', { hasText: 'TypeScript' }).waitFor();
    await page.locator('.db-KernelChip[data-tone="ok"]').waitFor();
    expect(await page.locator('.jp-Notebook .jp-Cell').count()).toBe(1);
    expect(await page.locator('.jp-Dialog').count()).toBe(0);
    await page.context().close();
  });

  test('without the server the bar says so, no dialog does, and the edit arrives later', {
    timeout: 120_000,
  }, async () => {
    const page = await open('light', '/lab/tree/Stocks.ipynb');
    const editor = page.locator('.jp-CodeCell .cm-content').first();
    await editor.waitFor();
    await page.getByText('Saved', { exact: true }).waitFor();
    // A kernel that is still starting would rightly ask which one to take.
    await page.locator('.db-KernelChip[data-tone="ok"]').waitFor();
    const port = Number(new URL(daybook.url).port);
    await daybook.stop();
    await page.getByText('Offline', { exact: true }).waitFor();
    expect(await page.locator('.jp-Dialog').allInnerTexts()).toEqual([]);
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' -- written offline');
    await page.keyboard.press('Control+s');
    daybook = await startDaybook({ home, port });
    await page.getByText('Saved', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await page.locator('.jp-Dialog').allInnerTexts()).toEqual([]);
    const saved = async () =>
      (await fetch(`${daybook.url}/api/contents/Stocks.ipynb?content=1`, {
        headers: { authorization: `token ${daybook.token}` },
      }).then((answer) => answer.text())) ?? '';
    await expect.poll(saved, { timeout: 20_000 }).toContain('written offline');
    await page.context().close();
  });
});

async function rail(page: Page): Promise<readonly (string | null)[]> {
  return page
    .locator('.jp-SideBar.jp-mod-left .lm-TabBar-tab')
    .evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('title')));
}
