import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt } from './notebook.ts';

const LIMIT = { timeout: 120_000 };
/** Waits, the first time only, to be killed: the file tells. */
const WAITS = `const fs = require("fs");
if (!fs.existsSync("waits")) { fs.writeFileSync("waits", ""); await new Promise(() => {}) }`;

describeWith(chromium, 'K25 the queue after a crash, in the browser', (executablePath) => {
  const desk = useDesk({
    name: 'paused',
    executablePath,
    prepare: (folder) => Promise.all(['light', 'dark', 'dismissed'].map((name) => mkdir(join(folder, name)))),
  });

  async function ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${desk.daybook.url}${path}`, {
      headers: { authorization: `token ${desk.daybook.token}` },
    });
    return (await answer.json()) as T;
  }

  async function killKernel(path: string): Promise<void> {
    const sessions = await ask<{ path: string; kernel: { id: string } }[]>('/api/sessions');
    const id = sessions.find((session) => session.path === path)?.kernel.id;
    const { pid } = await ask<{ pid: number }>(`/api/v1/kernels/${id}`);
    process.kill(pid, 'SIGKILL');
  }

  const state = (page: Page, index: number, wanted: string) =>
    page.locator(`.jp-Cell[data-windowed-list-index="${index}"][data-db-state="${wanted}"]`).waitFor();

  /** Opens a notebook that has lost its kernel with two cells waiting. */
  async function afterCrash(name: 'light' | 'dark' | 'dismissed', work: (page: Page) => Promise<void>): Promise<void> {
    const cells = ['# After a crash', 'const base = 40', WAITS, 'base + 1', 'base + 2'];
    const notebook = await desk.write(cells, `${name}/crash.ipynb`);
    const seen = await desk.visit(notebook.name, name === 'dark' ? 'dark' : 'light');
    const { page } = seen;
    try {
      page.setDefaultTimeout(40_000);
      await editorAt(page, 1).click();
      await page.getByRole('button', { name: 'Run all cells' }).click();
      await expect.poll(() => existsSync(join(desk.folder, name, 'waits')), { timeout: 30_000 }).toBe(true);
      await killKernel(notebook.name);
      await page.getByRole('status').filter({ hasText: '2 cells did not run.' }).waitFor();
      await work(page);
      expect(seen.troubles).toEqual([]);
    } finally {
      await page.context().close();
    }
  }

  const notice = (page: Page) => page.locator('.db-PausedQueue');

  test.each(['light', 'dark'] as const)('run all above and continue, %s', LIMIT, (scheme) =>
    afterCrash(scheme, async (page) => {
      expect(await notice(page).locator('p').textContent()).toContain('The kernel was killed from outside');
      await page.screenshot({ path: join(SCREENS, `paused-queue-${scheme}.png`) });
      await notice(page).getByRole('button', { name: 'Run all above and continue' }).click();
      await state(page, 4, 'ok');
      await cellAt(page, 4).locator('.jp-OutputArea', { hasText: '42' }).waitFor();
      await cellAt(page, 3).locator('.jp-OutputArea', { hasText: '41' }).waitFor();
      await notice(page).waitFor({ state: 'hidden' });
    }),
  );

  test('run them alone, or dismiss', LIMIT, () =>
    afterCrash('dismissed', async (page) => {
      // A cell that is run by hand waits no more.
      await cellAt(page, 4).hover();
      await cellAt(page, 4).getByRole('button', { name: 'Run this cell' }).click();
      await notice(page).filter({ hasText: 'One cell did not run.' }).waitFor();
      await cellAt(page, 4).locator('.jp-OutputArea', { hasText: 'base is not defined' }).waitFor();
      await notice(page).getByRole('button', { name: 'Run them' }).click();
      await notice(page).waitFor({ state: 'hidden' });
      await cellAt(page, 3).locator('.jp-OutputArea', { hasText: 'base is not defined' }).waitFor();
    }),
  );
});
