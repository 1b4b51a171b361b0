import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { cookieHeader, mintSession } from '../auth/testing.ts';
import { SCREENS, useDesk } from './desk.ts';
import { ask } from './kernel-socket.ts';
import { cellAt, editorAt, inMode, runCell } from './notebook.ts';
import { pictureSource } from './picture.ts';

const LIMIT = { timeout: 120_000 };
const COUNTS = `for (let i = 1; i <= 20; i += 1) { console.log('line', i); await new Promise((done) => setTimeout(done, 500)) }`;
const WHOLE = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);

describeWith(chromium, 'the server runs cells', (executablePath) => {
  const desk = useDesk({ name: 'runs', executablePath });

  const state = (page: Page, index: number, wanted: string) =>
    page
      .locator(`.jp-Cell[data-windowed-list-index="${index}"][data-db-state="${wanted}"]`)
      .waitFor({ timeout: 40_000 });
  const output = (page: Page, index: number) => cellAt(page, index).locator('.jp-OutputArea-output');
  const press = async (page: Page, index: number, name = 'Run this cell') => {
    await cellAt(page, index).hover();
    await cellAt(page, index).getByRole('button', { name }).click();
  };

  test(
    '[E20] both pages close in the middle of a run: nothing is lost, and it is done when they come back',
    LIMIT,
    async () => {
      const notebook = await desk.write([COUNTS]);
      const [ada, grace] = [await desk.visit(notebook.name), await desk.visit(notebook.name)];
      await press(ada.page, 0);
      await output(grace.page, 0).getByText('line 2').waitFor();
      await state(grace.page, 0, 'running');
      await ada.page.context().close();
      await grace.page.context().close();
      const again = await desk.visit(notebook.name);
      await output(again.page, 0).getByText('line 3').waitFor();
      await state(again.page, 0, 'ok');
      const text = await output(again.page, 0).textContent();
      expect(text?.trim().split('\n')).toEqual(WHOLE);
      expect(await output(again.page, 0).count()).toBe(1);
      expect(again.troubles).toEqual([]);
      await again.page.context().close();
      await expect.poll(async () => JSON.stringify((await notebook.cells())[0]?.outputs)).toContain('line 20');
    },
  );

  test('[E21] run all keeps the order of 30 cells, and stops behind one that fails', LIMIT, () =>
    desk.inNotebook(
      [
        'const seen: number[] = []',
        ...Array.from({ length: 30 }, (_, at) => `seen.push(${at}); seen.join()`),
        'throw new Error("no")',
        '"not reached"',
      ],
      async (page, notebook) => {
        await editorAt(page, 0).click();
        await page.getByRole('button', { name: 'Run all cells' }).click();
        await expect
          .poll(async () => JSON.stringify((await notebook.cells())[30]?.outputs), { timeout: 60_000 })
          .toContain(Array.from({ length: 30 }, (_, at) => at).join());
        const cells = await notebook.cells();
        for (let at = 0; at < 30; at += 1) {
          expect(JSON.stringify(cells[at + 1]?.outputs)).toContain(
            Array.from({ length: at + 1 }, (_, nth) => nth).join(),
          );
        }
        expect(cells[32]?.outputs).toEqual([]);
        await page.keyboard.press('Escape');
        await cellAt(page, 32).scrollIntoViewIfNeeded();
        await cellAt(page, 32).getByText('Did not run').waitFor();
        await page.screenshot({ path: join(SCREENS, 'runs-left-out.png') });
      },
    ),
  );

  test.each(['light', 'dark'] as const)(
    '[E22] a cell that waits for input shows it to both, and one answers, %s',
    LIMIT,
    async (scheme) => {
      const notebook = await desk.write(['const name = await prompt("Who are you?"); "Hello " + name']);
      const [ada, grace] = [await desk.visit(notebook.name, scheme), await desk.visit(notebook.name, scheme)];
      const vera = await desk.visitAs({ name: 'vera', role: 'viewer' }, notebook.name, scheme);
      await press(ada.page, 0);
      await cellAt(grace.page, 0).getByText('Waiting for input').waitFor();
      // Who may only look sees what is asked, and nothing to type into.
      await cellAt(vera.page, 0).getByText('ran waits for an answer.').waitFor();
      expect(await cellAt(vera.page, 0).locator('.db-Question :is(input, button)').count()).toBe(0);
      await vera.page.screenshot({ path: join(SCREENS, `runs-input-viewer-${scheme}.png`) });
      await ada.page.getByRole('textbox', { name: 'Who are you?' }).waitFor();
      await ada.page.screenshot({ path: join(SCREENS, `runs-input-${scheme}.png`) });
      await grace.page.getByRole('textbox', { name: 'Who are you?' }).fill('Grace');
      await grace.page.keyboard.press('Enter');
      await inMode(grace.page, 'command', 0);
      await cellAt(vera.page, 0).getByText('Hello Grace').waitFor();
      expect(vera.troubles).toEqual([]);
      await vera.page.context().close();
      for (const { page, troubles } of [ada, grace]) {
        await cellAt(page, 0).getByText('Hello Grace').waitFor();
        await cellAt(page, 0).getByText('Who are you? Grace').waitFor();
        await expect.poll(() => page.getByRole('textbox', { name: 'Who are you?' }).count()).toBe(0);
        expect(troubles).toEqual([]);
        await page.context().close();
      }
    },
  );

  test('[E22] a question below the edge of the window comes into view with the keyboard in it', LIMIT, () =>
    desk.inNotebook([`const tall = 1;${'\n//'.repeat(36)}`, 'await prompt("Below?")'], async (page) => {
      await editorAt(page, 1).click();
      await page.keyboard.press('Control+Enter');
      const field = page.getByRole('textbox', { name: 'Below?' });
      await field.waitFor();
      const reach = `(() => {
          const field = document.querySelector('.db-Question-field');
          return document.activeElement === field && field.getBoundingClientRect().bottom <= window.innerHeight;
        })()`;
      await expect.poll(() => page.evaluate<boolean>(reach), { timeout: 20_000 }).toBe(true);
      await page.keyboard.type('yes');
      await page.keyboard.press('Enter');
      await cellAt(page, 1).getByText("'yes'").waitFor();
    }),
  );

  test(
    '[E24] a notebook is run by a program with no page open; its runs are listed; the stock view shows them',
    LIMIT,
    async () => {
      const notebook = await desk.write(['# Title', 'console.log("by a program"); 6 * 7', '']);
      const answer = await ask(desk.daybook, 'POST', '/api/v1/notebooks/run', { path: notebook.name });
      expect(answer.status).toBe(202);
      const started = (await answer.json()) as { document_id: string; kernel_id: string; runs: { id: string }[] };
      expect(started.runs).toHaveLength(2);
      const list = async (query = '') => {
        const page = await ask(desk.daybook, 'GET', `/api/v1/runs?document_id=${started.document_id}${query}`);
        return (await page.json()) as { runs: Record<string, unknown>[]; next: string | null };
      };
      await expect
        .poll(async () => (await list()).runs.map(({ state }) => state), { timeout: 40_000 })
        .toEqual(['done', 'done']);
      const first = await list('&limit=1');
      const second = await list(`&limit=1&cursor=${first.next}`);
      expect([...first.runs, ...second.runs].map(({ id }) => id).sort()).toEqual(
        started.runs.map(({ id }) => id).sort(),
      );
      expect(second.next).toBeNull();
      expect(await (await ask(desk.daybook, 'GET', `/api/v1/runs/${started.runs[0]?.id}`)).json()).toMatchObject({
        state: 'done',
        path: notebook.name,
        cell_id: 'cell-1',
        duration_ms: expect.any(Number),
      });
      const viewer = await mintSession(desk.home, { name: 'vera', role: 'viewer' });
      const tried = await fetch(`${desk.daybook.url}/api/v1/notebooks/run`, {
        method: 'POST',
        headers: {
          cookie: cookieHeader(desk.daybook.url, viewer),
          origin: desk.daybook.url,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ path: notebook.name }),
      });
      expect([tried.status, ((await tried.json()) as { code: string }).code]).toEqual([403, 'not_allowed']);
      const { page, troubles } = await desk.visit(notebook.name);
      await cellAt(page, 1).getByText('by a program', { exact: true }).waitFor();
      await cellAt(page, 1).getByText('42', { exact: true }).waitFor();
      await state(page, 1, 'ok');
      expect(await output(page, 1).count()).toBe(2);
      expect(troubles).toEqual([]);
      await page.context().close();
      for (const [body, status, code] of [
        [{ path: 'nope.ipynb' }, 404, 'file_not_found'],
        [{ path: 'a.txt' }, 400, 'not_a_notebook'],
        [{}, 400, 'bad_request'],
      ] as const) {
        const refused = await ask(desk.daybook, 'POST', '/api/v1/notebooks/run', body);
        expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([status, code]);
      }
    },
  );

  test('[E25] a picture of 5 MB comes into both pages and into the file', LIMIT, async () => {
    const notebook = await desk.write([pictureSource(1300, 1300)]);
    const [ada, grace] = [await desk.visit(notebook.name), await desk.visit(notebook.name)];
    await runCell(ada.page, 0);
    for (const { page } of [ada, grace]) {
      await cellAt(page, 0).locator('img').waitFor({ state: 'attached', timeout: 40_000 });
    }
    await expect
      .poll(async () => String((await notebook.cells())[0]?.outputs[0]?.data?.['image/png'] ?? '').length, {
        timeout: 40_000,
      })
      .toBeGreaterThan(6_600_000);
    await ada.page.context().close();
    await grace.page.context().close();
  });

  test(
    '[E23] interrupt ends what runs and what waits; a cell that waits is taken back alone; restart says so',
    LIMIT,
    () =>
      desk.inNotebook(['await new Promise(() => {})', '"b"', '"c"'], async (page) => {
        await press(page, 0);
        await state(page, 0, 'running');
        await press(page, 1);
        await state(page, 1, 'queued');
        await press(page, 2);
        await state(page, 2, 'queued');
        await page.screenshot({ path: join(SCREENS, 'runs-queue.png') });
        await press(page, 1, 'Stop');
        await cellAt(page, 1).getByText('Did not run').waitFor();
        await state(page, 2, 'queued');
        await press(page, 0, 'Stop');
        await state(page, 0, 'error');
        await cellAt(page, 2).getByText('Did not run').waitFor();
        await runCell(page, 2);
        await press(page, 0);
        await state(page, 0, 'running');
        await page.evaluate(
          `fetch('/api/kernels').then((a) => a.json()).then((all) => Promise.all(all.map(({ id }) => fetch('/api/kernels/' + id + '/restart', { method: 'POST' }))))`,
        );
        await cellAt(page, 0).getByText('The kernel was restarted before this cell had ended.').first().waitFor();
        await runCell(page, 1);
      }),
  );
});

describeWith(chromium, 'kill -9 of the server while a cell runs', (executablePath) => {
  const desk = useDesk({ name: 'killed', executablePath });

  test.each(['light', 'dark'] as const)(
    '[E26] the cell says so, nothing is doubled, nothing is run again, %s',
    LIMIT,
    async (scheme) => {
      const notebook = await desk.write([COUNTS, '"waits"', '"old"']);
      const { page } = await desk.visit(notebook.name, scheme);
      await runCell(page, 2);
      await editorAt(page, 0).click();
      await page.getByRole('button', { name: 'Run all cells' }).click();
      await cellAt(page, 0).getByText('line 3').waitFor();
      await page.locator('.jp-Cell[data-windowed-list-index="1"][data-db-state="queued"]').waitFor();
      await desk.restart(async () => undefined);
      const card = cellAt(page, 0).locator('.jp-OutputArea-output').last();
      await card.getByText('The server ended while this cell ran. Run it again.').first().waitFor({ timeout: 60_000 });
      await cellAt(page, 1).getByText('Did not run').waitFor();
      await page.screenshot({ path: join(SCREENS, `runs-killed-${scheme}.png`) });
      const first = await cellAt(page, 0).locator('.jp-OutputArea-output').first().textContent();
      const lines = first?.trim().split('\n') ?? [];
      expect(lines).toEqual(WHOLE.slice(0, lines.length));
      expect(await cellAt(page, 0).locator('.jp-OutputArea-output').count()).toBe(2);
      await cellAt(page, 2).getByText("'old'").waitFor();
      await expect.poll(async () => (await notebook.cells())[0]?.outputs.length, { timeout: 30_000 }).toBe(2);
      expect(await page.locator('.jp-Notebook .jp-Cell').count()).toBe(3);
      await runCell(page, 1);
      await page.context().close();
    },
  );
});
