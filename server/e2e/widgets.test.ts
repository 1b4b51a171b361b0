import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { describeWith } from '../../docker/services/need.ts';
import { colourFaults } from './colours.mjs';
import { SCREENS, useDesk } from './desk.ts';
import { cellAt, runCell } from './notebook.ts';

const LIMIT = { timeout: 120_000 };
const SLIDER = `const s = new widgets.IntSlider({ max: 100, value: 10, description: 'Size' });
s.on('value', (now) => console.log('now', now)); s`;
const PROGRESS = `const p = new widgets.IntProgress({ max: 30, description: 'Work' }); display(p);
for (let i = 1; i <= 30; i += 1) { p.value = i; await new Promise((done) => setTimeout(done, 100)) }`;
const MANY = `new widgets.VBox([
  new widgets.HBox([new widgets.Text({ value: 'Ada', description: 'Name' }), new widgets.Dropdown({ options: ['one', 'two'], description: 'Pick' })]),
  new widgets.FloatSlider({ value: 2.5, description: 'Weight' }), new widgets.Checkbox({ value: true, description: 'Sure' }),
  new widgets.IntProgress({ value: 40, description: 'Load', bar_style: 'success' }),
  new widgets.HBox([new widgets.Button({ description: 'Go', button_style: 'primary' }), new widgets.Button({ description: 'Stop' }), new widgets.Button({ description: 'Drop', button_style: 'danger' })]),
  new widgets.HTML({ value: '<b>Bold</b> text' }), new widgets.RadioButtons({ options: ['red', 'blue'] }),
])`;

describeWith(chromium, 'widgets in the browser', (executablePath) => {
  const desk = useDesk({ name: 'widgets', executablePath });
  const written = (...sources: string[]) => desk.write(sources);
  const opened = desk.visit.bind(desk);

  const handle = (page: Page) => page.locator('.noUi-handle').first();
  const readout = (page: Page) => cellAt(page, 0).locator('.widget-readout');
  const output = (page: Page, index: number) => cellAt(page, index).locator('.jp-OutputArea-output');

  /** Drags the slider's handle to the right. */
  async function drag(page: Page, by: number): Promise<void> {
    const box = await handle(page).boundingBox();
    if (box === null) throw new Error('the slider is not in view');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + by / 2, y, { steps: 4 });
    await page.mouse.move(x + by, y, { steps: 4 });
    await page.mouse.up();
  }

  test(
    'K57 a slider is dragged, the kernel has its value, its observer prints; a reload brings it back',
    LIMIT,
    async () => {
      const notebook = await written(SLIDER, 's.value');
      const { page, troubles } = await opened(notebook.name);
      await runCell(page, 0);
      await handle(page).waitFor();
      expect(await readout(page).textContent()).toBe('10');
      await drag(page, 60);
      await expect.poll(() => output(page, 0).last().textContent(), { timeout: 15_000 }).toMatch(/now \d+/);
      const value = String(await readout(page).textContent());
      expect(Number(value)).toBeGreaterThan(20);
      await expect.poll(() => output(page, 0).last().textContent(), { timeout: 15_000 }).toContain(`now ${value}`);
      await runCell(page, 1);
      await expect.poll(() => output(page, 1).textContent(), { timeout: 15_000 }).toBe(value);

      const other = await opened(notebook.name);
      await handle(other.page).waitFor();
      await expect.poll(() => readout(other.page).textContent(), { timeout: 15_000 }).toBe(value);
      await drag(page, 30);
      const later = String(await readout(page).textContent());
      expect(later).not.toBe(value);
      await expect.poll(() => readout(other.page).textContent(), { timeout: 15_000 }).toBe(later);
      await other.page.context().close();

      await page.reload();
      await handle(page).waitFor();
      await expect.poll(() => readout(page).textContent(), { timeout: 15_000 }).toBe(later);
      await drag(page, 20);
      await expect.poll(() => readout(page).textContent(), { timeout: 15_000 }).not.toBe(later);
      await runCell(page, 1);
      await expect
        .poll(() => output(page, 1).textContent(), { timeout: 15_000 })
        .toBe(await readout(page).textContent());
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  test('K57 a progress bar advances while its cell runs', LIMIT, async () => {
    const notebook = await written(PROGRESS);
    const { page, troubles } = await opened(notebook.name);
    await cellAt(page, 0).hover();
    await cellAt(page, 0).getByRole('button', { name: 'Run this cell' }).click();
    const bar = page.locator('.progress-bar');
    await bar.waitFor();
    const width = () =>
      bar.evaluate((node) => Number.parseFloat(/width: ([\d.]+)%/.exec(node.getAttribute('style') ?? '')?.[1] ?? '0'));
    const running = () => page.locator('.jp-Cell[data-db-state="running"]').count();
    const seen = new Set<number>();
    while ((await running()) > 0) seen.add(await width());
    expect(seen.size).toBeGreaterThan(3);
    await expect.poll(width, { timeout: 15_000 }).toBe(100);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('K58 without its kernel a widget is text, and nothing is loaded for it', LIMIT, async () => {
    const notebook = await written('1 + 1', SLIDER);
    const first = await opened(notebook.name);
    const loaded: string[] = [];
    first.page.on('request', (request) => loaded.push(request.url()));
    await runCell(first.page, 0);
    expect(loaded.filter((url) => /widgets\.[0-9a-f]+\.(js|css)/.test(url))).toEqual([]);
    await runCell(first.page, 1);
    await handle(first.page).waitFor();
    expect(loaded.some((url) => /widgets\.[0-9a-f]+\.js/.test(url))).toBe(true);
    await first.page.evaluate(
      `fetch('/api/kernels').then((a) => a.json()).then((all) => Promise.all(all.map(({ id }) => fetch('/api/kernels/' + id + '/restart', { method: 'POST', headers: { 'X-XSRFToken': (/_xsrf=([^;]+)/.exec(document.cookie) ?? [])[1] ?? '' } }))))`,
    );
    const text = first.page.locator('.db-widget-fallback');
    await text.waitFor();
    expect(await text.textContent()).toMatch(/IntSlider\(\{.*Size.*\}\).*Run the cell/);
    expect(first.troubles).toEqual([]);
    await first.page.context().close();
    await expect.poll(async () => (await notebook.cells())[1]?.outputs.length, { timeout: 15_000 }).toBeGreaterThan(0);

    const again = await opened(notebook.name);
    const later: string[] = [];
    again.page.on('request', (request) => later.push(request.url()));
    await again.page.locator('.db-widget-fallback').waitFor();
    await runCell(again.page, 0);
    expect(later.filter((url) => /widgets\.[0-9a-f]+\.(js|css)/.test(url))).toEqual([]);
    expect(again.troubles).toEqual([]);
    await again.page.context().close();
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`${scheme}: controls follow the tokens`, LIMIT, async () => {
      const notebook = await written(SLIDER, MANY);
      const { page, troubles } = await opened(notebook.name, scheme);
      await runCell(page, 0);
      await runCell(page, 1);
      await cellAt(page, 1).locator('.noUi-handle').waitFor();
      await page.screenshot({ path: join(SCREENS, `widgets-${scheme}.png`) });
      expect(await page.evaluate(colourFaults, '.db-WidgetOutput')).toEqual([]);
      expect(troubles).toEqual([]);
      await page.context().close();
    });
  }
});
