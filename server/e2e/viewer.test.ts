import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, runCell } from './notebook.ts';

const LIMIT = { timeout: 120_000 };
const theme = (page: Page) => page.evaluate<string>('document.documentElement.dataset.theme');

describeWith(chromium, 'somebody who may only look', (executablePath) => {
  const desk = useDesk({ name: 'viewer', executablePath });

  test.each(['viewer', 'commenter'] as const)(
    '[A10] the page of a %s asks for nothing it may not have',
    LIMIT,
    async (role) => {
      const notebook = await desk.write(['# Title', '6 * 7']);
      const ada = await desk.visitAs({ name: 'ada', role: 'editor' }, notebook.name);
      await runCell(ada.page, 1);
      const looking = await desk.visitAs({ name: 'vera', role }, notebook.name);
      const sockets: string[] = [];
      looking.page.on('websocket', (socket) => sockets.push(new URL(socket.url()).pathname));
      await looking.page.reload();
      await cellAt(looking.page, 1).getByText('42', { exact: true }).waitFor();
      await looking.page.getByText('Read-only', { exact: true }).first().waitFor();
      // What somebody else runs is seen all the same.
      await runCell(ada.page, 1);
      await looking.page.locator('.jp-Cell[data-windowed-list-index="1"][data-db-state="ok"]').waitFor();
      await looking.page.screenshot({ path: join(SCREENS, `viewer-${role}.png`) });
      expect(sockets.filter((path) => path.startsWith('/api/kernels/'))).toEqual([]);
      expect(await looking.page.locator('.db-KernelChip:visible').count()).toBe(0);
      expect(await cellAt(looking.page, 1).getByRole('button', { name: 'Run this cell' }).count()).toBe(0);
      expect(looking.troubles).toEqual([]);
      await Promise.all([ada, looking].map(({ page }) => page.context().close()));
    },
  );

  test('[L1] a viewer’s theme is kept, and is nobody else’s', LIMIT, async () => {
    const notebook = await desk.write(['# Title']);
    const vera = await desk.visitAs({ name: 'vera', role: 'viewer' }, notebook.name);
    expect(await theme(vera.page)).toBe('light');
    const settle = vera.page.waitForResponse(
      (response) => response.request().method() === 'PUT' && response.url().includes('/lab/api/settings/'),
    );
    await vera.page.keyboard.press('Control+k');
    await vera.page.locator('.lm-CommandPalette-input').fill('Daybook Dark');
    // Once the page has loaded all there is to choose from.
    await vera.page.locator('.lm-CommandPalette-item').getByText('Use Theme: Daybook Dark', { exact: true }).click();
    await expect.poll(() => theme(vera.page), { timeout: 20_000 }).toBe('dark');
    expect((await settle).status()).toBe(204);
    await vera.page.reload();
    await cellAt(vera.page, 0).waitFor();
    await expect.poll(() => theme(vera.page), { timeout: 20_000 }).toBe('dark');
    const ada = await desk.visitAs({ name: 'ada', role: 'editor' }, notebook.name);
    expect(await theme(ada.page)).toBe('light');
    expect([...vera.troubles, ...ada.troubles]).toEqual([]);
    await Promise.all([ada, vera].map(({ page }) => page.context().close()));
  });
});
