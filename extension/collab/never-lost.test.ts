import { formatNotebook } from '@daybook/shared/notebook/format';
import { expect, test } from 'vitest';
import { createHome } from '../../server/collab/testing/home.ts';
import { serve } from '../../server/collab/testing/serve.ts';
import { createRandom } from '../../server/collab/testing/typist.ts';
import { createMemoryKeptEdits } from './memory-kept-edits.ts';
import { Line, openPage, type Page } from './testing/page.ts';

const PATH = 'a.ipynb';
const START = formatNotebook({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ id: 'c', cell_type: 'code', source: '', metadata: {}, outputs: [], execution_count: null }],
});
const LONG = { timeout: 30_000 };

/*
 * One person with up to three tabs writes words while the server comes and goes, lines go dead and
 * tabs are closed as soon as their words are durable or on the device, which is when a page would
 * let them close without a question [C6].
 */
test.each(Array.from({ length: 8 }, (_, index) => index + 1))(
  'seed %i: no word is lost and none comes twice [C1 C3 C4 C8]',
  { timeout: 120_000 },
  async (seed) => {
    const random = createRandom(seed);
    const home = await createHome();
    await home.put(PATH, START);
    let server = await serve(home.path);
    const { port, url } = server;
    let up = true;
    const kept = createMemoryKeptEdits();
    const tabs: Page[] = [];
    const words: string[] = [];
    const open = async () => {
      const page = openPage({ url, path: PATH, kept, silence: 200 });
      await page.room.ready;
      tabs.push(page);
    };
    const source = (page: Page) => page.model.getCell(0).getSource();
    try {
      await open();
      for (let step = 0; step < 60; step += 1) {
        const roll = random();
        const page = tabs[Math.floor(random() * tabs.length)];
        if (roll < 0.55 && page !== undefined) {
          const word = `<${words.length}>`;
          words.push(word);
          page.model.getCell(0).updateSource(0, 0, word);
        } else if (roll < 0.63) {
          if (up) await server.close();
          else server = await serve(home.path, { port });
          up = !up;
        } else if (roll < 0.72) {
          Line.cut = !Line.cut;
          for (const each of tabs) each.room.check();
        } else if (roll < 0.82 && tabs.length > 1 && page !== undefined) {
          await expect.poll(() => page.room.state.unsaved === 0 || page.room.state.kept, LONG).toBe(true);
          page.close();
          tabs.splice(tabs.indexOf(page), 1);
        } else if (roll < 0.92 && up && !Line.cut && tabs.length < 3) await open();
        else await new Promise((resolve) => setTimeout(resolve, random() * 150));
      }
      Line.cut = false;
      if (!up) server = await serve(home.path, { port });
      up = true;
      // Somebody looks again: what closed tabs left behind is merged now.
      await open();
      for (const page of tabs) {
        await expect.poll(() => page.room.state, LONG).toMatchObject({ connected: true, unsaved: 0, drafts: 0 });
        await expect.poll(() => (source(page).match(/<\d+>/g) ?? []).sort(), LONG).toEqual([...words].sort());
      }
      await expect.poll(async () => (await home.cells(PATH))[0]?.source, LONG).toBe(source(tabs[0] as Page));
      const [first] = tabs;
      await expect
        .poll(async () => (await kept.load({ document: first?.room.name ?? '', user: 'ada' })).length, LONG)
        .toBe(0);
    } finally {
      Line.cut = false;
      for (const page of tabs) page.close();
      if (up) await server.close();
      await home.remove();
    }
  },
);
