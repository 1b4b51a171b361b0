import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellsDiff, Copied, DeletedCellList, Restored, Version, VersionList } from '@daybook/shared/api/versions';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { YNotebook } from '@jupyter/ydoc';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { connectNotebook, type StockClient } from '../collab/testing/client.ts';
import { notebookOf } from '../collab/testing/home.ts';
import { type HistoryServer, serveHistory } from './testing/serve.ts';

let server: HistoryServer;
const clients: StockClient<YNotebook>[] = [];
beforeAll(async () => {
  server = await serveHistory();
}, 60_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});
afterAll(() => server.close());

let count = 0;
async function notebook(sources: Readonly<Record<string, string>>): Promise<string> {
  count += 1;
  const name = `book-${count}.ipynb`;
  await writeFile(join(server.folder, name), notebookOf(sources));
  return name;
}

async function join_(name: string, user = 'ada'): Promise<StockClient<YNotebook>> {
  const client = await connectNotebook(server.url, name, { token: user });
  clients.push(client);
  await expect.poll(() => client.provider.synced, { timeout: 20_000 }).toBe(true);
  return client;
}

const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 20_000 });
const sources = ({ model }: StockClient<YNotebook>) => model.cells.map((cell) => `${cell.id}: ${cell.source}`);
const cell = (client: StockClient<YNotebook>, id: string) => {
  const found = client.model.cells.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no cell ${id}`);
  return found;
};
const list = async (path: string, query = '') =>
  (await server.ask<VersionList>('GET', `versions?path=${encodeURIComponent(path)}${query}`)).json.items;
const kinds = async (path: string) => (await list(path)).map(({ kind, label }) => label ?? kind);
const name = async (path: string, label: string) =>
  (await server.ask<Version>('POST', 'versions', { path, label })).json;
const diff = async (id: string, other = 'now') =>
  (await server.ask<z.infer<typeof CellsDiff>>('GET', `versions/${id}/diff?with=${other}`)).json;
const fileCells = async (path: string) =>
  parseNotebook(await readFile(join(server.folder, path), 'utf8')).cells.map(({ id, source }) => `${id}: ${source}`);

describe('[V1] versions are kept', () => {
  test('as it was opened, under names, and when the last client leaves; never the same twice', async () => {
    const path = await notebook({ a: 'let a = 1', b: 'let b = 2' });
    const ada = await join_(path);
    await poll(() => kinds(path)).toEqual(['auto']);
    cell(ada, 'a').setSource('let a = 10');
    await poll(() => fileCells(path)).toContain('a: let a = 10');
    const first = await name(path, 'First look');
    expect(first).toMatchObject({ kind: 'named', label: 'First look', authors: [{ id: 'ada', name: 'Ada' }] });
    expect(first.summary).toEqual({ added: 0, removed: 0, changed: 1, moved: 0, outputs: 0 });
    cell(ada, 'b').setSource('let b = 20');
    await poll(() => fileCells(path)).toContain('b: let b = 20');
    ada.dispose();
    await poll(() => kinds(path)).toEqual(['auto', 'First look', 'auto']);

    const again = await join_(path);
    again.dispose();
    await poll(() => server.history.recorder(first.document, 'notebook')).toBeUndefined();
    expect(await kinds(path)).toEqual(['auto', 'First look', 'auto']);
  });

  test('a name for what the newest version says already is given to that one', async () => {
    const path = await notebook({ a: '1' });
    await join_(path);
    await poll(() => kinds(path)).toEqual(['auto']);
    const named = await name(path, 'Kept');
    expect(await kinds(path)).toEqual(['Kept']);
    expect((await name(path, 'Kept too')).id).not.toBe(named.id);
    expect(await kinds(path)).toEqual(['Kept too', 'Kept']);
    const renamed = await server.ask<Version>('PATCH', `versions/${named.id}`, { label: 'Kept for ever' });
    expect(renamed.json.label).toBe('Kept for ever');
    expect((await server.ask<Version>('PATCH', `versions/${named.id}`, { label: null })).json.label).toBeUndefined();
    expect((await list(path, '&named=1')).map(({ label }) => label)).toEqual(['Kept too']);
  });

  test('while it is edited, after the interval, without anybody leaving', { timeout: 60_000 }, async () => {
    const quick = await serveHistory({ interval: 300 });
    try {
      await writeFile(join(quick.folder, 'long.ipynb'), notebookOf({ a: '0' }));
      const client = await connectNotebook(quick.url, 'long.ipynb');
      clients.push(client);
      await poll(() => client.provider.synced).toBe(true);
      const count = async () =>
        (await quick.ask<VersionList>('GET', 'versions?path=long.ipynb')).json.items.filter(
          ({ kind }) => kind === 'auto',
        ).length;
      await poll(count).toBe(1);
      for (let nth = 1; nth <= 10; nth += 1) cell(client, 'a').setSource(String(nth));
      await poll(count).toBe(2);
      cell(client, 'a').setSource('more');
      await poll(count).toBe(3);
      client.dispose();
    } finally {
      await quick.close();
    }
  });

  test('lists page by cursor', async () => {
    const path = await notebook({ a: '0' });
    const ada = await join_(path);
    for (let nth = 1; nth <= 5; nth += 1) {
      cell(ada, 'a').setSource(String(nth));
      await poll(() => fileCells(path)).toEqual([`a: ${nth}`]);
      await name(path, `v${nth}`);
    }
    const seen: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const query: string = `versions?path=${path}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { json } = await server.ask<VersionList>('GET', query);
      seen.push(...json.items.map(({ label, kind }) => label ?? kind));
      cursor = json.next;
    }
    expect(seen).toEqual(['v5', 'v4', 'v3', 'v2', 'v1', 'auto']);
  });

  test('the state before a merge from outside, not in the log but as a version', async () => {
    const path = await notebook({ a: 'mine', b: 'theirs' });
    const ada = await join_(path);
    cell(ada, 'a').setSource('mine, edited');
    await poll(() => fileCells(path)).toContain('a: mine, edited');
    await writeFile(join(server.folder, path), notebookOf({ a: 'mine, edited', b: 'changed by git' }));
    expect(await ada.save()).toBe('success');
    await poll(() => sources(ada)).toEqual(['a: mine, edited', 'b: changed by git']);
    await poll(() => kinds(path)).toEqual(['pre-merge', 'auto']);
    const [before] = await list(path);
    const { json } = await server.ask<{ cells: { source: string[] }[] }>('GET', `versions/${before?.id}/content`);
    expect(json.cells.map((each) => each.source.join(''))).toEqual(['mine, edited', 'theirs']);
  });
});

describe('[V2] who changed what', () => {
  test('the authors of a version are those who sent changes since the one before', async () => {
    const path = await notebook({ a: '1', b: '2', c: '3' });
    const [ada, grace] = [await join_(path, 'ada'), await join_(path, 'grace')];
    await join_(path, 'emmy'); // looks only
    cell(ada, 'a').setSource('ada was here');
    await poll(() => sources(grace)).toContain('a: ada was here');
    cell(grace, 'b').setSource('grace was here');
    await poll(() => sources(ada)).toContain('b: grace was here');
    expect((await name(path, 'Both')).authors.map(({ id }) => id).sort()).toEqual(['ada', 'grace']);
    cell(grace, 'c').setSource('again');
    await poll(() => sources(ada)).toContain('c: again');
    grace.dispose();
    ada.dispose();
    for (const client of clients.splice(0)) client.dispose();
    await poll(async () => (await list(path)).length).toBe(3);
    expect((await list(path))[0]?.authors.map(({ id }) => id)).toEqual(['grace']);
  });
});

describe('[V3] the difference between versions', () => {
  test('of a version and now, and of two versions', async () => {
    const path = await notebook({ a: 'one\ntwo', b: '2', c: '3' });
    const ada = await join_(path);
    const first = await name(path, 'first');
    cell(ada, 'a').setSource('one\n2');
    ada.model.deleteCell(1);
    ada.model.insertCell(0, { cell_type: 'markdown', id: 'd', source: '# New', metadata: {} });
    await poll(() => fileCells(path)).toEqual(['d: # New', 'a: one\n2', 'c: 3']);
    const second = await name(path, 'second');
    const told = await diff(first.id);
    expect(told.cells.map((each) => `${each.change} ${'cell' in each ? each.cell.id : each.id}`)).toEqual([
      'added d',
      'changed a',
      'removed b',
      'same c',
    ]);
    expect(told.cells[1]).toMatchObject({ parts: ['source'], lines: expect.any(Array) });
    expect(await diff(first.id, second.id)).toEqual(told);
  });
});

describe('[V4] restoring', () => {
  test('everybody sees it; the state before is kept and brings it back', async () => {
    const path = await notebook({ a: '1', b: '2', c: '3' });
    const [ada, grace] = [await join_(path, 'ada'), await join_(path, 'grace')];
    const first = await name(path, 'first');
    cell(ada, 'a').setSource('wrong');
    ada.model.deleteCell(2);
    ada.model.moveCell(0, 1);
    ada.model.insertCell(0, { cell_type: 'code', id: 'x', source: 'x', metadata: {} });
    await poll(() => sources(grace)).toEqual(['x: x', 'b: 2', 'a: wrong']);
    const { json, status } = await server.ask<Restored>('POST', `versions/${first.id}/restore`);
    expect([status, json.changed]).toEqual([200, true]);
    const restored = ['a: 1', 'b: 2', 'c: 3'];
    await poll(() => sources(grace)).toEqual(restored);
    await poll(() => sources(ada)).toEqual(restored);
    await poll(() => fileCells(path)).toEqual(restored);
    expect(await kinds(path)).toEqual(['pre-restore', 'first']);
    // What was typed right before is in the version that leads back.
    expect((await server.ask<Restored>('POST', `versions/${json.before}/restore`)).json.changed).toBe(true);
    await poll(() => sources(grace)).toEqual(['x: x', 'b: 2', 'a: wrong']);
    expect((await server.ask<Restored>('POST', `versions/${json.before}/restore`)).json.changed).toBe(false);
  });

  test('one cell alone comes back; the rest stays', async () => {
    const path = await notebook({ a: '1', b: '2', c: '3' });
    const ada = await join_(path);
    const first = await name(path, 'first');
    cell(ada, 'c').setSource('33');
    ada.model.deleteCell(1);
    await poll(() => fileCells(path)).toEqual(['a: 1', 'c: 33']);
    await server.ask('POST', `versions/${first.id}/restore-cell`, { cell: 'b' });
    await poll(() => sources(ada)).toEqual(['a: 1', 'b: 2', 'c: 33']);
    const missing = await server.ask<{ code: string }>('POST', `versions/${first.id}/restore-cell`, { cell: 'zz' });
    expect([missing.status, missing.json.code]).toEqual([404, 'cell_not_found']);
  });

  test('own undo goes on working after somebody restored', async () => {
    const path = await notebook({ a: 'a', b: 'b' });
    const [ada, grace] = [await join_(path, 'ada'), await join_(path, 'grace')];
    const first = await name(path, 'first');
    cell(grace, 'b').setSource('b by grace');
    await poll(() => sources(ada)).toContain('b: b by grace');
    const own = cell(ada, 'a');
    own.updateSource(1, 1, ' mine');
    await poll(() => sources(grace)).toContain('a: a mine');
    // Grace restores her own cell only; Ada undoes hers.
    await server.ask('POST', `versions/${first.id}/restore-cell`, { cell: 'b' });
    await poll(() => sources(ada)).toEqual(['a: a mine', 'b: b']);
    own.undo();
    await poll(() => sources(grace)).toEqual(['a: a', 'b: b']);
  });

  test('nothing that was typed while it ran is lost: it is restored over or in the version before', async () => {
    const path = await notebook({ a: 'start', b: 'b' });
    const ada = await join_(path);
    const first = await name(path, 'first');
    let typing = true;
    let typed = 0;
    const typist = (async () => {
      while (typing) {
        typed += 1;
        const source = cell(ada, 'b').source;
        cell(ada, 'b').updateSource(source.length, source.length, ` w${typed}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await poll(() => typed).toBeGreaterThan(5);
    const { status, json } = await server.ask<Restored>('POST', `versions/${first.id}/restore`);
    typing = false;
    await typist;
    expect(status).toBe(200);
    await poll(async () => (await fileCells(path)).join()).toBe(sources(ada).join());
    const before = await server.ask<{ cells: { source: string[] }[] }>('GET', `versions/${json.before}/content`);
    const everywhere = JSON.stringify(before.json.cells) + sources(ada).join();
    for (let nth = 1; nth <= typed; nth += 1) expect(everywhere).toContain(` w${nth}`);
  });

  test('a copy is a new file under a free name, or under the one that is asked for', async () => {
    const path = await notebook({ a: '1' });
    const ada = await join_(path);
    const first = await name(path, 'first');
    cell(ada, 'a').setSource('2');
    const copies = [
      await server.ask<z.infer<typeof Copied>>('POST', `versions/${first.id}/copy`, {}),
      await server.ask<z.infer<typeof Copied>>('POST', `versions/${first.id}/copy`, {}),
    ];
    for (const copy of copies) expect(await fileCells(copy.json.path)).toEqual(['a: 1']);
    expect(copies[0]?.json.path).not.toBe(copies[1]?.json.path);
    const taken = await server.ask<{ code: string }>('POST', `versions/${first.id}/copy`, { path });
    expect([taken.status, taken.json.code]).toEqual([409, 'file_exists']);
    const outside = await server.ask<{ code: string }>('POST', `versions/${first.id}/copy`, { path: '../x.ipynb' });
    expect([outside.status, outside.json.code]).toEqual([404, 'path_outside_workspace']);
  });
});

describe('[V6] deleted cells', () => {
  const deleted = async (path: string) =>
    (await server.ask<DeletedCellList>('GET', `deleted-cells?path=${path}`)).json.items;

  test('are listed with who deleted them, and come back to their place', async () => {
    const path = await notebook({ a: '1', b: 'let b = "😀"', c: '3' });
    const [ada, grace] = [await join_(path, 'ada'), await join_(path, 'grace')];
    cell(ada, 'b').updateSource(4, 5, 'bee');
    await poll(() => sources(grace)).toContain('b: let bee = "😀"');
    grace.model.deleteCell(1);
    await poll(() => deleted(path)).toMatchObject([
      { cell: 'b', cellType: 'code', excerpt: 'let bee = "😀"', authors: [{ id: 'grace' }] },
    ]);
    const [gone] = await deleted(path);
    const { json } = await server.ask<{ cell: { source: string } }>('GET', `deleted-cells/${gone?.id}`);
    expect(json.cell.source).toBe('let bee = "😀"');
    expect((await server.ask('POST', `deleted-cells/${gone?.id}/restore`)).status).toBe(200);
    await poll(() => sources(ada)).toEqual(['a: 1', 'b: let bee = "😀"', 'c: 3']);
    expect(await deleted(path)).toEqual([]);
  });

  test('a cell that was moved, an empty one and one that never arrived are none', async () => {
    const path = await notebook({ a: '1', b: '', c: '3' });
    const ada = await join_(path);
    ada.model.moveCell(0, 2);
    await poll(() => fileCells(path)).toEqual(['b: ', 'c: 3', 'a: 1']);
    ada.model.deleteCell(0);
    ada.model.transact(() => {
      ada.model.insertCell(0, { cell_type: 'code', id: 'x', source: 'x', metadata: {} });
      ada.model.deleteCell(0);
    });
    ada.model.deleteCell(0);
    await poll(() => deleted(path).then((cells) => cells.map((each) => each.cell))).toEqual(['c']);
  });

  test('cells that restoring or a change outside takes away are there too', async () => {
    const path = await notebook({ a: '1' });
    const ada = await join_(path);
    const first = await name(path, 'first');
    ada.model.insertCell(1, { cell_type: 'markdown', id: 'n', source: 'note', metadata: {} });
    await poll(() => fileCells(path)).toContain('n: note');
    await server.ask('POST', `versions/${first.id}/restore`);
    await poll(() => deleted(path)).toMatchObject([{ cell: 'n', excerpt: 'note', authors: [{ id: 'ada' }] }]);
  });
});

describe('[V7] what cannot be done is said', () => {
  test.each([
    ['GET', 'versions', undefined, 400, 'bad_request'],
    ['GET', 'versions?path=nothing.ipynb', undefined, 404, 'file_not_found'],
    ['GET', 'versions?path=a.ipynb&cursor=x', undefined, 400, 'bad_request'],
    ['GET', 'versions/7c5e9a52-3bd1-4c5f-8c6f-9d4f6c1d2a3b', undefined, 404, 'version_not_found'],
    ['GET', 'versions/..%2f..', undefined, 400, 'bad_request'],
    ['POST', 'versions/7c5e9a52-3bd1-4c5f-8c6f-9d4f6c1d2a3b/restore', undefined, 404, 'version_not_found'],
    ['POST', 'versions', { path: 'a.ipynb', label: '  ' }, 400, 'bad_request'],
    ['POST', 'versions', { path: 'a.ipynb', label: 'x'.repeat(201) }, 400, 'bad_request'],
    ['GET', 'deleted-cells/7c5e9a52-3bd1-4c5f-8c6f-9d4f6c1d2a3b', undefined, 404, 'deleted_cell_not_found'],
  ] as const)('%s %s %j', async (method, path, body, status, code) => {
    const answer = await server.ask<{ code: string }>(method, path, body);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  test('a store that cannot be written keeps nothing from being edited, but nothing is restored', async () => {
    const path = await notebook({ a: '1' });
    const ada = await join_(path);
    const first = await name(path, 'first');
    cell(ada, 'a').setSource('2');
    await poll(() => fileCells(path)).toEqual(['a: 2']);
    const put = server.blobs.put;
    server.blobs.put = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    try {
      const refused = await server.ask<{ code: string }>('POST', `versions/${first.id}/restore`);
      expect([refused.status, refused.json.code]).toEqual([503, 'service_unreachable']);
      expect(sources(ada)).toEqual(['a: 2']);
      cell(ada, 'a').setSource('3');
      await poll(() => fileCells(path)).toEqual(['a: 3']);
    } finally {
      server.blobs.put = put;
    }
    expect((await server.ask('POST', `versions/${first.id}/restore`)).status).toBe(200);
    await poll(() => sources(ada)).toEqual(['a: 1']);
  });

  test('a text file has versions too, and is restored whole', async () => {
    await mkdir(join(server.folder, 'notes'), { recursive: true });
    await writeFile(join(server.folder, 'notes/read me.md'), 'one\ntwo\n');
    const path = 'notes/read me.md';
    const version = await name(path, 'as it was');
    expect(version.type).toBe('file');
    const held = await server.collab.hold({ path });
    held.transact(() => held.doc.getText('source').insert(4, 'and a half\n'));
    await held.settle();
    await server.ask('POST', `versions/${version.id}/restore`);
    expect(held.doc.getText('source').toString()).toBe('one\ntwo\n');
    held.release();
  });

  test('[V10] the versions of a text file are compared line by line', async () => {
    const path = 'notes.txt';
    await writeFile(join(server.folder, path), 'one\ntwo\n');
    const first = await name(path, 'first');
    const held = await server.collab.hold({ path });
    held.transact(() => held.doc.getText('source').insert(4, 'and a half\n'));
    await held.settle();
    const lines = [
      { kind: 'same', lines: ['one\n'] },
      { kind: 'added', lines: ['and a half\n'] },
      { kind: 'same', lines: ['two\n'] },
    ];
    expect((await server.ask('GET', `versions/${first.id}/diff`)).json).toEqual({ lines });
    const second = await name(path, 'second');
    held.transact(() => held.doc.getText('source').insert(0, 'later\n'));
    expect((await server.ask('GET', `versions/${first.id}/diff?with=${second.id}`)).json).toEqual({ lines });
    held.release();
    const other = await name(await notebook({ a: '1' }), 'of a notebook');
    for (const [one, two, code] of [
      [first.id, other.id, 'not_a_text'],
      [other.id, first.id, 'not_a_notebook'],
    ]) {
      const refused = await server.ask<{ code: string }>('GET', `versions/${one}/diff?with=${two}`);
      expect([refused.status, refused.json.code]).toEqual([409, code]);
    }
  });
});
