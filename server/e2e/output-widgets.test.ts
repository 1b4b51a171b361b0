import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith, need } from '../../docker/services/need.ts';
import { python } from '../../docker/services/python.ts';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, NotebookUnderTest, runCell } from './notebook.ts';

const LIMIT = { timeout: 180_000 };
const INTERACT = `from ipywidgets import interact
@interact(x=(0, 10))
def double(x=4):
    print('double is', 2 * x)`;
/** Goes on when there is a file `go`. */
const WITHIN = `import os, time
from ipywidgets import Output
from IPython.display import HTML, display
out = Output()
display(out)
print('in the cell')
with out:
    print('first in the widget')
    while not os.path.exists('go'): time.sleep(0.05)
    display(HTML('<b class="bold">bold</b>'))
    1 / 0
print('after it')`;

const both = need(`${chromium.name} and ${python.name}`, `${chromium.reason}; ${python.reason}`, () =>
  chromium.found === undefined || python.found === undefined
    ? undefined
    : { executablePath: chromium.found, bin: python.found.bin },
);

describeWith(both, 'Output widgets of ipywidgets, run by the server', ({ executablePath, bin }) => {
  const desk = useDesk({
    name: 'output-widgets',
    executablePath,
    env: { VIRTUAL_ENV: join(bin, '..'), JUPYTER_PATH: '' },
  });

  async function pythonNotebook(name: string, sources: readonly string[]): Promise<NotebookUnderTest> {
    const cells = sources.map((source, index) => ({
      ...{ id: `cell-${index}`, cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null },
    }));
    const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
    const metadata = { kernelspec, language_info: { name: 'python' } };
    await writeFile(join(desk.folder, name), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    return new NotebookUnderTest(desk.folder, name);
  }

  /** Outputs of the cell itself, not of widgets in them. */
  const own = (page: Page, index: number) =>
    cellAt(page, index).locator('.jp-Cell-outputArea > .jp-OutputArea-child > .jp-OutputArea-output');
  const widget = (page: Page, index: number) => cellAt(page, index).locator('.widget-output');

  test('[E17] interact shows its first result where the next ones come', LIMIT, async () => {
    const notebook = await pythonNotebook('interact.ipynb', [INTERACT]);
    const ada = await desk.visit(notebook.name);
    const grace = await desk.visit(notebook.name, 'dark');
    await runCell(ada.page, 0);
    for (const { page } of [ada, grace]) {
      await widget(page, 0).getByText('double is 8', { exact: true }).waitFor();
      expect(await own(page, 0).count()).toBe(1);
    }
    await ada.page.locator('.noUi-handle').focus();
    await ada.page.keyboard.press('ArrowRight');
    for (const { page } of [ada, grace]) {
      await widget(page, 0).getByText('double is 10', { exact: true }).waitFor();
      await expect.poll(() => widget(page, 0).textContent()).not.toContain('double is 8');
      expect(await own(page, 0).count()).toBe(1);
    }
    await ada.page.screenshot({ path: join(SCREENS, 'interact-light.png') });
    await grace.page.screenshot({ path: join(SCREENS, 'interact-dark.png') });
    // A second run is as the first.
    await runCell(ada.page, 0);
    await widget(grace.page, 0).getByText('double is 8', { exact: true }).waitFor();
    await expect.poll(() => own(grace.page, 0).count()).toBe(1);
    await grace.page.reload();
    await widget(grace.page, 0).getByText('double is 8', { exact: true }).waitFor();
    expect([...ada.troubles, ...grace.troubles]).toEqual([]);
    await Promise.all([ada, grace].map(({ page }) => page.context().close()));
  });

  test(
    '[E17] what is said within is there while the cell runs, and errors too; the file has neither',
    LIMIT,
    async () => {
      const notebook = await pythonNotebook('within.ipynb', [WITHIN, 'len(out.outputs)']);
      const ada = await desk.visit(notebook.name);
      const grace = await desk.visit(notebook.name);
      // A page whose kernel connects only while the cell runs is told of its widgets when that has ended.
      for (const { page } of [ada, grace])
        await page.locator('.db-KernelChip[data-tone="ok"]').waitFor({ timeout: 60_000 });
      await cellAt(ada.page, 0).hover();
      await cellAt(ada.page, 0).getByRole('button', { name: 'Run this cell' }).click();
      for (const { page } of [ada, grace])
        await widget(page, 0).getByText('first in the widget', { exact: true }).waitFor({ timeout: 40_000 });
      expect(await own(grace.page, 0).getByText('after it').count()).toBe(0);
      await writeFile(join(desk.folder, 'go'), '');
      for (const { page } of [ada, grace]) {
        await widget(page, 0).locator('.bold').waitFor();
        await widget(page, 0).getByText('ZeroDivisionError').first().waitFor();
        await own(page, 0).getByText('after it').waitFor();
        expect(await own(page, 0).count()).toBe(2);
      }
      await runCell(ada.page, 1);
      await cellAt(grace.page, 1).getByText('3', { exact: true }).waitFor();
      await expect
        .poll(async () => (await notebook.cells())[0]?.outputs.map(({ output_type }) => output_type), {
          timeout: 20_000,
        })
        .toEqual(['display_data', 'stream']);
      await ada.page.screenshot({ path: join(SCREENS, 'output-widget-light.png') });
      expect([...ada.troubles, ...grace.troubles]).toEqual([]);
      await Promise.all([ada, grace].map(({ page }) => page.context().close()));
    },
  );
});
