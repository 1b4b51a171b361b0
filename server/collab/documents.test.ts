import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbedded } from '../adapters/database/embedded.ts';
import type { Database } from '../db/database.ts';
import { createDocuments, type Documents } from './documents.ts';
import { createFileDocuments } from './testing/file-documents.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-documents-'));
  database = await openEmbedded(folder, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const makers: Record<string, () => Documents> = {
  'in the database': () => createDocuments(database),
  'in a file, for tests': () => createFileDocuments(join(folder, 'documents.json')),
};

for (const [name, make] of Object.entries(makers)) {
  describe(`documents ${name}`, () => {
    test('a path has one document, also when many ask at once', async () => {
      const documents = make();
      const opened = await Promise.all(Array.from({ length: 5 }, () => documents.open('a.ipynb')));
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
      expect(opened.filter(({ created }) => created).length).toBe(1);
      expect(await documents.find(opened[0]?.id ?? '')).toEqual({ path: 'a.ipynb', deleted: false });
    });

    test('an unknown id is not found, whatever it looks like', async () => {
      expect(await make().find('3f1c1d3e-0000-4000-8000-000000000000')).toBeUndefined();
      expect(await make().find('no id')).toBeUndefined();
    });

    test('a folder’s documents move with it, and only they', async () => {
      const documents = make();
      const inside = await documents.open('100%_x/sub/b.ipynb');
      const beside = await documents.open('100%_xx/b.ipynb');
      await documents.rename('100%_x', 'goal');
      expect((await documents.find(inside.id))?.path).toBe('goal/sub/b.ipynb');
      expect((await documents.find(beside.id))?.path).toBe('100%_xx/b.ipynb');
    });

    test('a forgotten document leaves its path, and gets it back while it is free', async () => {
      const documents = make();
      const first = await documents.open('c.ipynb');
      await documents.forget('c.ipynb');
      expect(await documents.find(first.id)).toEqual({ path: 'c.ipynb', deleted: true });
      await documents.restore(first.id, 'c.ipynb');
      expect(await documents.open('c.ipynb')).toEqual({ id: first.id, created: false });
      await documents.forget('c.ipynb');
      const second = await documents.open('c.ipynb');
      expect(second.id).not.toBe(first.id);
      await expect(documents.restore(first.id, 'c.ipynb')).rejects.toMatchObject({ code: 'file_exists' });
    });

    test('what is at the goal of a rename is forgotten', async () => {
      const documents = make();
      const [from, to] = [await documents.open('from.ipynb'), await documents.open('to.ipynb')];
      await documents.rename('from.ipynb', 'to.ipynb');
      expect(await documents.find(from.id)).toEqual({ path: 'to.ipynb', deleted: false });
      expect(await documents.find(to.id)).toMatchObject({ deleted: true });
    });
  });
}
