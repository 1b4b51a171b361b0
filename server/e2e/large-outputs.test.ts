import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatNotebook } from '@daybook/shared/notebook/format';
import type { CodeCell, Output } from '@daybook/shared/notebook/notebook';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { SCREENS, useDesk } from './desk.ts';
import { ask } from './kernel-socket.ts';
import { cellAt, editorAt, runCell } from './notebook.ts';
import { pictureSource } from './picture.ts';

const LIMIT = { timeout: 300_000 };
const SLOW = { timeout: 60_000 };

const FIGURE = `const y = Array.from({ length: 160_000 }, (_, index) => Math.sin(index / 9_000) + (index % 7) / 1_000_000.7);
({ [Symbol.for('Jupyter.display')]: () => ({ 'application/vnd.plotly.v1+json': { data: [{ y, type: 'scattergl', mode: 'lines' }], layout: { title: { text: 'A long wave' } } }, 'text/plain': 'A long wave' }) })`;

const PRINTED = `for (let i = 0; i < 90_000; i += 1) console.log('line', i, 'of a long story that goes on and on and on and on and on and on, and on');`;

describeWith(chromium, 'outputs that are too large for a document', (executablePath) => {
  const desk = useDesk({ name: 'large', executablePath });

  const book = (...outputs: readonly Output[]) => {
    const cell: CodeCell = { id: 'c0', cell_type: 'code', metadata: {}, source: '1', execution_count: 1, outputs };
    const metadata = { kernelspec: { name: 'daybook', display_name: 'Daybook', language: 'typescript' } };
    return formatNotebook({ nbformat: 4, nbformat_minor: 5, metadata, cells: [cell] });
  };
  const outputsIn = async (name: string) =>
    parseNotebook(await readFile(join(desk.folder, name), 'utf8')).cells.map((cell) =>
      cell.cell_type === 'code' ? cell.outputs : [],
    );
  const long = (page: Page, index = 0) => cellAt(page, index).locator('.db-LongText');

  test(
    '[O11] a picture, a figure and a long text are shown in two pages and after loading anew; the file has all',
    LIMIT,
    async () => {
      const notebook = await desk.write([pictureSource(1600, 1500), FIGURE, PRINTED]);
      const [ada, grace] = [await desk.visit(notebook.name), await desk.visit(notebook.name, 'dark')];
      const shown = async (page: Page) => {
        await editorAt(page, 0).scrollIntoViewIfNeeded();
        const picture = cellAt(page, 0).locator('.db-LargeOutput img');
        await expect
          .poll(() => picture.evaluate((node) => (node as unknown as { naturalWidth: number }).naturalWidth), SLOW)
          .toBe(1600);
        await editorAt(page, 1).scrollIntoViewIfNeeded();
        await cellAt(page, 1).locator('.db-LargeOutput .js-plotly-plot').waitFor(SLOW);
        await page.screenshot({ path: join(SCREENS, `large-figure-${page === ada.page ? 'light' : 'dark'}.png`) });
        await editorAt(page, 2).scrollIntoViewIfNeeded();
        await long(page, 2).getByText('the middle is not shown').waitFor(SLOW);
        await expect.poll(() => long(page, 2).textContent(), SLOW).toMatch(/line 0 of .*line 89999 of/s);
      };
      for (const index of [0, 1, 2]) await runCell(ada.page, index);
      await Promise.all([shown(ada.page), shown(grace.page)]);
      await expect
        .poll(async () => {
          const [picture, figure, text] = (await outputsIn(notebook.name)).map(([output]) => output);
          const [png, plot] = [picture, figure].map((output) => (output?.data ?? {}) as Record<string, unknown>);
          const y = (plot?.['application/vnd.plotly.v1+json'] as { data?: { y?: unknown[] }[] } | undefined)?.data?.[0]
            ?.y;
          return [
            String(png?.['image/png'] ?? '').length > 9_000_000,
            y?.length,
            String(text?.text ?? '').split('\n').length,
          ];
        }, SLOW)
        .toEqual([true, 160_000, 90_001]);
      expect(await readFile(join(desk.folder, notebook.name), 'utf8')).not.toContain('vnd.daybook.ref');
      await grace.page.reload();
      await cellAt(grace.page, 0).waitFor(SLOW);
      await shown(grace.page);
      expect([...ada.troubles, ...grace.troubles]).toEqual([]);
      for (const { page } of [ada, grace]) await page.context().close();
    },
  );

  test.each(['light', 'dark'] as const)(
    '[O4] a long text that is still printed shows its beginning and goes on, %s',
    LIMIT,
    (scheme) =>
      desk.inNotebook(
        [
          `for (let i = 0; i < 6_000; i += 1) console.log(i, 'of very many lines that are printed and printed'); prompt('more?'); console.log('the end')`,
        ],
        async (page, notebook) => {
          await cellAt(page, 0).hover();
          await cellAt(page, 0).getByRole('button', { name: 'Run this cell' }).click();
          await long(page).getByText('KB so far').waitFor(SLOW);
          await cellAt(page, 0).getByText('5999 of very many').waitFor(SLOW);
          await long(page).getByRole('group', { name: 'Long output' }).scrollIntoViewIfNeeded();
          await page.screenshot({ path: join(SCREENS, `large-growing-${scheme}.png`) });
          await page.getByRole('textbox', { name: 'more?' }).fill('yes');
          await page.keyboard.press('Enter');
          await long(page).getByText('the middle is not shown').waitFor(SLOW);
          await cellAt(page, 0).getByText('the end').last().waitFor(SLOW);
          await expect
            .poll(
              async () => (await outputsIn(notebook.name))[0]?.map(({ text }) => String(text).split('\n').length),
              SLOW,
            )
            .toEqual([6_003]);
        },
        scheme,
      ),
  );

  test.each(['light', 'dark'] as const)(
    '[O12] a file with 50 MB of text opens; its text is read to the end and saved as a file, %s',
    LIMIT,
    async (scheme) => {
      const lines = Array.from({ length: 700_000 }, (_, index) => `${index} ${'a word or two '.repeat(5)}`);
      const text = `\u001b[32mgreen\u001b[0m\n${lines.join('\n')}\n`;
      expect(text.length).toBeGreaterThan(50_000_000);
      const name = `fifty-${scheme}.ipynb`;
      await writeFile(join(desk.folder, name), book({ output_type: 'stream', name: 'stdout', text }));
      const { page, troubles } = await desk.visit(name, scheme);
      await long(page).getByText('MB, the middle is not shown').waitFor(SLOW);
      await expect.poll(() => long(page).textContent(), SLOW).toMatch(/^green.*699999 a word/s);
      expect(await long(page).locator('.ansi-green-fg').count()).toBe(1);
      await long(page).getByRole('group', { name: 'Long output' }).scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(SCREENS, `large-text-${scheme}.png`) });
      await long(page).getByRole('button', { name: 'Show all' }).click();
      const all = page.getByRole('region', { name: 'All of the output' });
      await all
        .getByText('699 a word', { exact: false })
        .first()
        .waitFor({ ...SLOW, state: 'attached' });
      await all.evaluate((node) => node.scrollTo(0, node.scrollHeight));
      await all
        .getByText('1500 a word', { exact: false })
        .first()
        .waitFor({ ...SLOW, state: 'attached' });
      await page.screenshot({ path: join(SCREENS, `large-text-all-${scheme}.png`) });
      const [download] = await Promise.all([
        page.waitForEvent('download', SLOW),
        page.getByRole('button', { name: 'Download', exact: true }).click(),
      ]);
      const saved = await readFile((await download.path()) ?? '', 'utf8');
      expect(saved === text).toBe(true);
      await page.getByRole('button', { name: 'Show less' }).click();
      await long(page).getByText('the middle is not shown').waitFor(SLOW);
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  test.each(['light', 'dark'] as const)(
    '[O5] bytes that are gone are said, with a way to try again, %s',
    LIMIT,
    async (scheme) => {
      const html = `<p>back again</p>${'<i></i>'.repeat(10_000)}`;
      const lost = (mime: string, enc: string) => ({
        [mime]: { sha256: 'd'.repeat(64), size: 2_000_000, enc, width: 300, height: 40 },
      });
      const shown = (items: Record<string, unknown>, text: string): Output => ({
        output_type: 'display_data',
        data: { 'application/vnd.daybook.ref+json': { v: 1, items }, 'text/plain': text },
        metadata: {},
      });
      const name = `gone-${scheme}.ipynb`;
      const outputs = [shown(lost('text/html', 'utf8'), 'a page'), shown(lost('image/png', 'base64'), 'a picture')];
      await writeFile(join(desk.folder, name), book(...outputs));
      const { page } = await desk.visit(name, scheme);
      await expect.poll(() => cellAt(page, 0).getByRole('alert').count(), SLOW).toBe(2);
      await cellAt(page, 0).getByText('no longer in the store. Run the cell again').first().waitFor();
      await page.screenshot({ path: join(SCREENS, `large-gone-${scheme}.png`) });
      await page.route('**/api/v1/outputs/**', (route) =>
        route.fulfill({ status: 200, body: html, contentType: 'application/octet-stream' }),
      );
      await cellAt(page, 0).getByRole('button', { name: 'Try again' }).first().click();
      await cellAt(page, 0).getByText('back again').waitFor(SLOW);
      await page.context().close();
    },
  );

  test('[O13] a copy that a page saves has the outputs, not their names', LIMIT, async () => {
    const html = `<p>whole</p>${'x'.repeat(100_000)}`;
    const name = 'copied.ipynb';
    await writeFile(
      join(desk.folder, name),
      book({ output_type: 'display_data', data: { 'text/html': html }, metadata: {} }),
    );
    const { page } = await desk.visit(name);
    await cellAt(page, 0).getByText('whole').waitFor(SLOW);
    const sha256 = await page.evaluate<string>(
      `performance.getEntriesByType('resource').map(({ name }) => /outputs\\/([0-9a-f]{64})/.exec(name)?.[1]).find(Boolean)`,
    );
    const data = {
      'application/vnd.daybook.ref+json': {
        ...{ v: 1, standIn: true },
        items: { 'text/html': { sha256, size: html.length, enc: 'utf8' } },
      },
      'text/plain': 'stand-in',
    };
    const content = JSON.parse(book({ output_type: 'display_data', data, metadata: {} })) as unknown;
    const answer = await ask(desk.daybook, 'PUT', '/api/contents/saved-as.ipynb', {
      type: 'notebook',
      format: 'json',
      content,
    });
    expect(answer.status).toBeLessThan(300);
    expect((await outputsIn('saved-as.ipynb'))[0]?.[0]?.data).toEqual({ 'text/html': html });
    await page.context().close();
  });
});
