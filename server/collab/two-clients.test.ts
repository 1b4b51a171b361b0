import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatNotebook } from '@daybook/shared/notebook/format';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectNotebook, type StockClient } from './testing/client.ts';
import { startProcess } from './testing/server-process.ts';
import { createRandom, Typist } from './testing/typist.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'daybook-collab-'));
  await mkdir(join(home, 'workspace', 'a folder'), { recursive: true });
  await writeFile(join(home, 'workspace', PATH), START);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const PATH = 'a folder/träume.ipynb';
const START = formatNotebook({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { id: 'shared', cell_type: 'code', source: 'start\n', metadata: {}, outputs: [], execution_count: null },
    { id: 'text', cell_type: 'markdown', source: 'a text', metadata: {} },
  ],
});

const sources = (model: YNotebook) => model.cells.map((cell) => [cell.id, cell.source]);
const onDisk = async () =>
  parseNotebook(await readFile(join(home, 'workspace', PATH), 'utf8')).cells.map(({ id, source }) => [id, source]);

/** Both have everything, agree with each other and with the file. */
async function converged(clients: readonly StockClient<YNotebook>[], typists: readonly Typist[]): Promise<void> {
  const [a, b] = clients.map(({ model }) => model);
  if (a === undefined || b === undefined) throw new Error('two clients are needed');
  await expect.poll(() => clients.every(({ provider }) => provider.synced), { timeout: 20_000 }).toBe(true);
  const words = typists.flatMap((typist) => [...typist.words]).sort();
  const typed = (model: YNotebook) =>
    sources(model).flatMap(([, text]) => (text ?? '').split('\n').filter((line) => /^[AB]\d+$/.test(line)));
  await expect.poll(() => typed(a).sort(), { timeout: 20_000 }).toEqual(words);
  await expect.poll(() => sources(b), { timeout: 20_000 }).toEqual(sources(a));
  const ids = sources(a).map(([id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => id === 'text')).toEqual(['text']);
  await expect.poll(onDisk, { timeout: 20_000 }).toEqual(sources(a));
}

describe('two stock clients edit one notebook [R1 R2 R3 R6]', () => {
  for (const seed of [1, 2, 3, 4]) {
    test(`seed ${seed}: nothing typed is lost through lost connections and two kills of the server`, async () => {
      let server = await startProcess(home);
      const url = `http://127.0.0.1:${server.port}`;
      const clients = await Promise.all([connectNotebook(url, PATH), connectNotebook(url, PATH)]);
      try {
        await expect.poll(() => clients.every(({ provider }) => provider.synced), { timeout: 20_000 }).toBe(true);
        const typists = clients.map(
          (client, index) => new Typist('AB'[index] ?? '', client, createRandom(seed * 2 + index)),
        );
        const type = (actions: number) =>
          Promise.all(
            typists.map(async (typist) => {
              for (let action = 0; action < actions; action += 1) await typist.act();
            }),
          );
        await type(60);
        await converged(clients, typists);
        for (let kill = 0; kill < 2; kill += 1) {
          await Promise.all([type(40), server.kill()]);
          await type(20); // with nobody there
          server = await startProcess(home, server.port);
          await type(20);
          await converged(clients, typists);
        }
        expect(new Set(clients.flatMap(({ closes }) => closes)).has(4400)).toBe(false);
      } finally {
        for (const client of clients) client.dispose();
        await server.kill();
      }
    }, 120_000);
  }
});
