import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrashItem } from '@daybook/shared/api/trash';
import type { Version, VersionList } from '@daybook/shared/api/versions';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectNotebook } from '../collab/testing/client.ts';
import { notebookOf } from '../collab/testing/home.ts';
import { type HistoryServer, serveHistory } from '../history/testing/serve.ts';

let server: HistoryServer;
const disposers: (() => void)[] = [];
beforeAll(async () => {
  server = await serveHistory();
}, 60_000);
afterEach(() => {
  for (const dispose of disposers.splice(0)) dispose();
});
afterAll(() => server.close());

const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 20_000 });
const put = (path: string, source: string) => writeFile(join(server.folder, path), notebookOf({ a: source }));
const fileSource = async (path: string) =>
  parseNotebook(await readFile(join(server.folder, path), 'utf8')).cells[0]?.source;
const trash = async () => (await server.ask<{ items: TrashItem[] }>('GET', 'trash')).json.items;
const entryOf = async (path: string) => {
  const found = (await trash()).find((item) => item.path === path);
  if (found === undefined) throw new Error(`${path} is not in the trash`);
  return found;
};
const restore = (id: string, body: object = {}) =>
  server.ask<{ path: string; code: string }>('POST', `trash/${id}/restore`, body);

async function open(path: string) {
  const client = await connectNotebook(server.url, path);
  disposers.push(() => client.dispose());
  await poll(() => client.provider.synced).toBe(true);
  return client;
}

describe('[C12] the trash', () => {
  test('a notebook that somebody has open comes back with its room, its document and its versions', async () => {
    await put('open.ipynb', 'one');
    const client = await open('open.ipynb');
    const { json: version } = await server.ask<Version>('POST', 'versions', { path: 'open.ipynb', label: 'kept' });
    await server.workspace.remove('open.ipynb');
    client.model.cells[0]?.setSource('typed while it was away');
    const { id } = await entryOf('open.ipynb');
    expect((await restore(id)).json.path).toBe('open.ipynb');
    await poll(() => fileSource('open.ipynb')).toBe('typed while it was away');
    expect(
      (await server.ask<VersionList>('GET', 'versions?path=open.ipynb')).json.items.map((each) => each.id),
    ).toContain(version.id);
    expect(client.session.fileId).toBe(version.document);
    await poll(() => client.model.ystate.get('saveError')).toBeUndefined();
    expect((await trash()).map(({ path }) => path)).not.toContain('open.ipynb');
  });

  test('a name that is taken by now is left alone; a copy of the name gets the old document', async () => {
    await put('twice.ipynb', 'first');
    const { json: first } = await server.ask<Version>('POST', 'versions', {
      path: 'twice.ipynb',
      label: 'of the first',
    });
    await server.workspace.remove('twice.ipynb');
    await put('twice.ipynb', 'second');
    const { json: second } = await server.ask<Version>('POST', 'versions', {
      path: 'twice.ipynb',
      label: 'of the second',
    });
    expect(second.document).not.toBe(first.document);
    const { id } = await entryOf('twice.ipynb');
    const taken = await restore(id, { path: 'twice.ipynb' });
    expect([taken.status, taken.json.code]).toEqual([409, 'file_exists']);
    expect((await restore(id)).json.path).toBe('twice (restored).ipynb');
    expect(await fileSource('twice.ipynb')).toBe('second');
    expect(await fileSource('twice (restored).ipynb')).toBe('first');
    const labels = async (path: string) =>
      (await server.ask<VersionList>('GET', `versions?path=${encodeURIComponent(path)}`)).json.items.flatMap(
        ({ label }) => label ?? [],
      );
    expect(await labels('twice (restored).ipynb')).toEqual(['of the first']);
    expect(await labels('twice.ipynb')).toEqual(['of the second']);
  });

  test('a folder comes back whole, into folders that are gone meanwhile', async () => {
    await mkdir(join(server.folder, 'deep/er'), { recursive: true });
    await put('deep/er/a.ipynb', 'deep');
    const { json: version } = await server.ask<Version>('POST', 'versions', { path: 'deep/er/a.ipynb', label: 'deep' });
    await server.workspace.remove('deep/er');
    await rm(join(server.folder, 'deep'), { recursive: true });
    const { id, type } = await entryOf('deep/er');
    expect(type).toBe('folder');
    expect((await restore(id)).json.path).toBe('deep/er');
    const { json } = await server.ask<VersionList>('GET', 'versions?path=deep/er/a.ipynb');
    expect(json.items.map((each) => each.id)).toContain(version.id);
  });

  test('a restore that meets a room just being let go holds nobody up [R12]', async () => {
    // Rooms here go after 50 ms: the restores come at every moment around that.
    for (let pause = 30; pause < 70; pause += 2) {
      const path = `going ${pause}.ipynb`;
      await put(path, 'kept');
      await server.ask('POST', 'versions', { path, label: 'v' });
      await server.workspace.remove(path);
      const { id } = await entryOf(path);
      await new Promise((resolve) => setTimeout(resolve, pause));
      expect((await restore(id)).json.path).toBe(path);
    }
    await server.collab.upToDate;
    const client = await open('going 30.ipynb');
    expect(client.model.cells[0]?.source).toBe('kept');
  });

  test('what is deleted for good is gone with its versions, and only for who manages', async () => {
    await put('secret.ipynb', 'secret');
    const { json: version } = await server.ask<Version>('POST', 'versions', { path: 'secret.ipynb', label: 'v' });
    await poll(() => server.history.recorder(version.document, 'notebook')).toBeUndefined();
    await server.workspace.remove('secret.ipynb');
    const { id } = await entryOf('secret.ipynb');
    const refused = await server.ask<{ code: string }>('DELETE', `trash/${id}?token=viewer`);
    expect([refused.status, refused.json.code]).toEqual([403, 'not_allowed']);
    expect((await server.ask('DELETE', `trash/${id}`)).status).toBe(204);
    expect((await server.ask<{ code: string }>('GET', `versions/${version.id}`)).json.code).toBe('version_not_found');
    for await (const { key } of server.blobs.list('versions/')) expect(key).not.toContain(version.document);
    await put('other.ipynb', 'other');
    await server.workspace.remove('other.ipynb');
    expect((await server.ask('DELETE', 'trash')).status).toBe(204);
    expect(await trash()).toEqual([]);
  });

  test.each([
    ['..%2f..%2fworkspace', 404, 'not_in_trash'],
    ['2026-01-01T00-00-00-000Z-00000000', 404, 'not_in_trash'],
  ])('%s is not in it', async (id, status, code) => {
    const answer = await restore(id);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  test('nothing is restored outside of the workspace', async () => {
    await put('in.ipynb', 'in');
    await server.workspace.remove('in.ipynb');
    const { id } = await entryOf('in.ipynb');
    const answer = await restore(id, { path: '../out.ipynb' });
    expect([answer.status, answer.json.code]).toEqual([404, 'path_outside_workspace']);
    expect(existsSync(join(server.folder, '../out.ipynb'))).toBe(false);
    expect((await restore(id, { path: 'elsewhere/in.ipynb' })).json.path).toBe('elsewhere/in.ipynb');
  });
});

describe('[R9] a file changed by somebody else while it is open', () => {
  test('is merged at once, with nobody typing', async () => {
    await writeFile(join(server.folder, 'git.ipynb'), notebookOf({ a: '1', b: '2' }));
    const client = await open('git.ipynb');
    client.model.cells[0]?.setSource('mine');
    await poll(async () => fileSource('git.ipynb')).toBe('mine');
    await writeFile(join(server.folder, 'git.ipynb'), notebookOf({ a: 'mine', b: 'by git', c: 'new' }));
    await poll(() => client.model.cells.map((cell) => cell.source)).toEqual(['mine', 'by git', 'new']);
  });

  test('is merged when it was deleted and written anew, as git does', async () => {
    await put('swap.ipynb', '1');
    const client = await open('swap.ipynb');
    await rm(join(server.folder, 'swap.ipynb'));
    await poll(() => client.model.ystate.get('saveError')).toContain('was deleted');
    await put('swap.ipynb', 'another branch');
    await poll(() => client.model.cells.map((cell) => cell.source)).toEqual(['another branch']);
    await poll(() => client.model.ystate.get('saveError')).toBeUndefined();
    client.model.cells[0]?.setSource('and on');
    await poll(() => fileSource('swap.ipynb')).toBe('and on');
  });

  test('own writes are not taken for one: no version says that something was merged', async () => {
    await put('own.ipynb', '0');
    const client = await open('own.ipynb');
    for (let nth = 1; nth <= 5; nth += 1) {
      client.model.cells[0]?.setSource(String(nth));
      await poll(() => fileSource('own.ipynb')).toBe(String(nth));
    }
    const { json } = await server.ask<VersionList>('GET', 'versions?path=own.ipynb');
    expect(json.items.map(({ kind }) => kind)).toEqual(['auto']);
  });
});
