import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNotebook } from './notebook-document.ts';
import { notebookOf } from './testing/home.ts';
import { serve } from './testing/serve.ts';

test('[R9] a file that is seen half written is merged once it is whole, against what it was before', async () => {
  const home = await mkdtemp(join(tmpdir(), 'daybook-half-'));
  await mkdir(join(home, 'workspace'));
  const file = join(home, 'workspace/a.ipynb');
  await writeFile(file, notebookOf({ a: 'one', b: 'two' }));
  let whole: string | undefined;
  let looks = 0;
  const server = await serve(home, {
    // The rest arrives behind the look at the file that the merge is made from.
    wrap: (workspace) => ({
      ...workspace,
      async read(path) {
        const found = await workspace.read(path);
        const isHalf = path === 'a.ipynb' && whole !== undefined && found.size < whole.length;
        looks += isHalf ? 1 : 0;
        if (isHalf && looks === 2) await writeFile(file, whole ?? '');
        return found;
      },
    }),
  });
  try {
    const held = await server.collab.hold({ path: 'a.ipynb' });
    const sources = () => readNotebook(held.doc).cells.map(({ source }) => source);
    await server.collab.flush();
    const theirs = (await readFile(file, 'utf8')).replace('one', 'one by git');
    whole = theirs;
    await writeFile(file, theirs.slice(0, -50));
    await expect.poll(sources, { timeout: 20_000 }).toEqual(['one by git', 'two']);
    await expect.poll(() => readFile(file, 'utf8'), { timeout: 20_000 }).toContain('one by git');
    held.release();
  } finally {
    await server.close();
    await rm(home, { recursive: true, force: true });
  }
});
