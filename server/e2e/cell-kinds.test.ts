import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, editorAt, runCell } from './notebook.ts';

const EXAMPLE = join(import.meta.dirname, '../../cells/testing/stat-kind');

describeWith(chromium, 'a cell kind from a package', (executablePath) => {
  const desk = useDesk({
    name: 'kinds',
    executablePath,
    env: { DAYBOOK_CELL_KINDS: 'daybook-stat-kind, daybook-not-installed' },
    prepare: (folder) => cp(EXAMPLE, join(folder, 'node_modules/daybook-stat-kind'), { recursive: true }),
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`is in the menu, runs in the kernel and draws in the page (${scheme})`, { timeout: 90_000 }, async () => {
      const many = '%%sql result=many\nselect range as n from range(12345)';
      const notebook = await desk.write(['# Title', many, '', '%%statt\nx']);
      const { page, troubles } = await desk.visit(notebook.name, scheme);
      await runCell(page, 1);
      await editorAt(page, 2).click();
      await page.keyboard.press('/');
      await page.locator('.db-KindMenu').getByText('Stat').click();
      await notebook.holds([
        '# Title',
        '%%sql result=many\nselect range as n from range(12345)',
        '%%stat\nmany.numRows',
        '%%statt\nx',
      ]);
      await runCell(page, 2);
      const output = cellAt(page, 2).locator('.db-kind-output');
      await output.getByText('12,345').waitFor();
      expect(await output.getAttribute('data-theme')).toBe(scheme);
      expect(await cellAt(page, 2).locator('.cm-line').allTextContents()).toEqual(['many.numRows']);
      await runCell(page, 3, 'error');
      await cellAt(page, 3).getByText('Did you mean %%stat?').first().waitFor();
      await cellAt(page, 3).getByText('“daybook-not-installed” could not be used').first().waitFor();
      await page.screenshot({ path: join(SCREENS, `cell-kind-${scheme}.png`) });
      expect(troubles).toEqual([]);
      await page.context().close();
    });
  }
});
