import { randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Version } from '@daybook/shared/api/versions';
import { formatNotebook } from '@daybook/shared/notebook/format';
import type { CodeCell, Notebook, Output } from '@daybook/shared/notebook/notebook';
import { markerOf, REF_MIME, refsOf } from '@daybook/shared/notebook/outputs/ref';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { Blobs } from '@daybook/shared/ports/blobs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { describeWith } from '../../docker/services/need.ts';
import { s3, startS3 } from '../../docker/services/s3.ts';
import { openS3 } from '../adapters/blobs/s3.ts';
import { silent } from '../adapters/log.fixture.ts';
import { readNotebook } from '../collab/notebook-document.ts';
import { documents as documentRows } from '../db/schema.ts';
import { type HistoryServer, serveHistory } from '../history/testing/serve.ts';
import { outputKey } from './store.ts';
import { sweep } from './sweep.ts';

const LONG = { timeout: 120_000 };
const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 40_000, interval: 100 });
const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const html = (text: string): Output => ({ output_type: 'display_data', data: { 'text/html': text }, metadata: {} });
const cell = (id: string, source: string, ...outputs: readonly Output[]): CodeCell => ({
  ...{ id, cell_type: 'code', metadata: {}, source, execution_count: 1, outputs },
});
const book = (...cells: readonly CodeCell[]): Notebook => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

/** What every store must do for large outputs of documents. */
function suite(open: () => Promise<HistoryServer>): void {
  let server: HistoryServer;
  beforeAll(async () => {
    server = await open();
  }, 120_000);
  afterAll(() => server?.close());

  let count = 0;
  async function file(notebook: Notebook): Promise<{ readonly path: string; readonly text: string }> {
    count += 1;
    const path = `large-${count}.ipynb`;
    const text = formatNotebook(notebook);
    await writeFile(join(server.folder, path), text);
    return { path, text };
  }
  const read = (path: string) => readFile(join(server.folder, path), 'utf8');
  const type = (doc: Y.Doc, at: number, text: string) => {
    const source = doc.getArray<Y.Map<unknown>>('cells').get(at).get('source');
    if (source instanceof Y.Text) source.insert(source.length, text);
  };
  const refs = (doc: Y.Doc) =>
    readNotebook(doc).cells.flatMap((each) =>
      each.cell_type === 'code'
        ? each.outputs.flatMap((output) => refsOf(markerOf(output) ?? { v: 1, items: {} }))
        : [],
    );
  const places = () => ({
    documents: async () =>
      (await server.database.orm.select({ id: documentRows.id }).from(documentRows)).map(({ id }) => id),
    log: server.documents,
    blobs: server.blobs,
  });
  const tomorrow = () => Date.now() + 25 * 3_600_000;

  test('[O3] a notebook of 60 MB opens, is left as it is, and is written whole when somebody types', LONG, async () => {
    const line = `${'one of many '.repeat(8)}\n`;
    const { path, text } = await file(
      book(cell('a', 'print()', stream(line.repeat(550_000))), cell('b', '2', html('h'.repeat(3_000_000)))),
    );
    expect(text.length).toBeGreaterThan(50 << 20);
    const before = await stat(join(server.folder, path));
    const held = await server.collab.hold({ path });
    expect(Y.encodeStateAsUpdate(held.doc).length).toBeLessThan(20_000);
    await server.collab.flush();
    expect((await stat(join(server.folder, path))).mtimeMs).toBe(before.mtimeMs);
    held.transact(() => type(held.doc, 1, ' + 1'));
    await poll(async () => (await read(path)) === text.replace('"2"', '"2 + 1"')).toBe(true);
    held.release();
  });

  test(
    '[O6] a change from outside is merged by what outputs say: nothing large is written anew or comes back',
    LONG,
    async () => {
      const large = cell('a', '1', stream('x\n'.repeat(200_000)), html('h'.repeat(100_000)));
      const { path, text } = await file(book(large, cell('b', '2'), cell('c', '3', html('k'.repeat(100_000)))));
      const held = await server.collab.hold({ path });
      const outputs = held.doc.getArray<Y.Map<unknown>>('cells').get(0).get('outputs') as Y.Array<unknown>;
      let touched = 0;
      outputs.observeDeep(() => {
        touched += 1;
      });
      held.transact(() => held.doc.getArray('cells').delete(2));
      await poll(() => read(path)).not.toContain('"3"');
      const ours = await read(path);
      await writeFile(join(server.folder, path), ours.replace('"2"', '"2 by git"'));
      await poll(() => readNotebook(held.doc).cells.map(({ source }) => source)).toEqual(['1', '2 by git']);
      // Somebody puts an old file back, with the cell that was deleted here meanwhile.
      await writeFile(join(server.folder, path), text.replace('"2"', '"2 by git"').replace('"1"', '"1 too"'));
      await poll(() => readNotebook(held.doc).cells[0]?.source).toBe('1 too');
      expect(touched).toBe(0);
      held.release();
    },
  );

  test('[O5] without its bytes an output stays a stand-in; saving goes on, and the marker is kept', LONG, async () => {
    const lost = { sha256: '0'.repeat(63).concat('1'), size: 100_000, enc: 'utf8' };
    const data = { 'text/plain': 'instead', [REF_MIME]: { v: 1, items: { 'text/html': lost }, standIn: true } };
    const { path } = await file(
      book(cell('a', '1', { output_type: 'display_data', data, metadata: {} }), cell('b', '2')),
    );
    const held = await server.collab.hold({ path });
    held.transact(() => type(held.doc, 1, ' typed'));
    await poll(() => read(path)).toContain('2 typed');
    expect(refs(held.doc)).toEqual([lost]);
    const [first] = parseNotebook(await read(path)).cells as readonly CodeCell[];
    expect(first?.outputs[0]?.data).toEqual(data);
    expect(held.doc.getMap('state').get('saveError')).toBeUndefined();
    const answer = await fetch(`${server.url}/api/v1/outputs/${lost.sha256}`);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'output_gone']);
    held.release();
  });

  test(
    '[O9] versions hold names; their files and copies are whole, and a restore brings the output back',
    LONG,
    async () => {
      const text = 'v'.repeat(150_000);
      const { path } = await file(book(cell('a', '1', html(text))));
      const held = await server.collab.hold({ path });
      const { json: version } = await server.ask<Version>('POST', 'versions', { path, label: 'with it' });
      expect(version.size).toBeLessThan(5_000);
      held.transact(() =>
        (held.doc.getArray<Y.Map<unknown>>('cells').get(0).get('outputs') as Y.Array<unknown>).delete(0, 1),
      );
      await poll(() => read(path)).not.toContain(text);
      const content = await fetch(`${server.url}/api/v1/versions/${version.id}/content`);
      expect(await content.text()).toContain(text);
      const { json: copy } = await server.ask<{ path: string }>('POST', `versions/${version.id}/copy`, {});
      expect(await read(copy.path)).toContain(text);
      // Nothing but the version names it now, for days.
      expect(await sweep({ store: server.outputs.store, places: places(), now: tomorrow })).toBeGreaterThanOrEqual(0);
      await server.ask('POST', `versions/${version.id}/restore`);
      await poll(() => read(path)).toContain(text);
      held.release();
    },
  );

  test('[O10] a sweep takes what nothing names, and nothing younger than a day', LONG, async () => {
    const { path } = await file(book(cell('a', '1', html('kept'.repeat(50_000)))));
    const held = await server.collab.hold({ path });
    await held.settle();
    const [kept] = refs(held.doc);
    const { store } = server.outputs;
    const unnamed = await Promise.all(
      ['one', 'two', 'three'].map((each) => store.put(Buffer.from(`${randomUUID()} ${each}`))),
    );
    const there = async (sha256: string) => (await server.blobs.stat(outputKey(sha256))) !== undefined;

    expect(await sweep({ store, places: places() })).toBe(0);
    const broken = { ...places(), log: { load: () => Promise.reject(new Error('cannot be read')) } };
    await expect(sweep({ store, places: broken, now: tomorrow })).rejects.toThrow('cannot be read');
    expect(await Promise.all(unnamed.map(there))).toEqual([true, true, true]);

    // It is killed after the first deletion.
    const later = {
      ...server.outputs.store,
      deleteOlder: (sha256: string) => server.blobs.delete(outputKey(sha256)).then(() => true),
    };
    let calls = 0;
    const killed = {
      deleteOlder: (sha256: string) => (++calls > 1 ? Promise.reject(new Error('killed')) : later.deleteOlder(sha256)),
    };
    await expect(sweep({ store: killed, places: places(), now: tomorrow })).rejects.toThrow('killed');
    expect((await Promise.all(unnamed.map(there))).filter(Boolean).length).toBeGreaterThanOrEqual(2);
    expect(await there(kept?.sha256 ?? '')).toBe(true);

    await sweep({ store: later, places: places(), now: tomorrow });
    expect(await Promise.all(unnamed.map(there))).toEqual([false, false, false]);
    expect(await there(kept?.sha256 ?? '')).toBe(true);
    held.release();
  });

  test('[O10] what is stored again while a sweep looks around stays', LONG, async () => {
    const { store } = server.outputs;
    const bytes = Buffer.from(`again ${randomUUID()}`);
    const sha256 = await store.put(bytes);
    // The sweep thinks that it is old; the store looks again.
    await sweep({ store, places: places(), now: tomorrow });
    expect(await store.get(sha256)).toEqual(bytes);
  });

  test('[O7] is served as what it is, for good, to be run by nobody', LONG, async () => {
    const { store } = server.outputs;
    const sha256 = await store.put(Buffer.from('<script>1</script>'));
    const url = `${server.url}/api/v1/outputs/${sha256}`;
    const page = await fetch(`${url}?type=text/html`);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
      etag: `"${sha256}"`,
    });
    expect(page.headers.has('content-disposition')).toBe(false);
    expect(await page.text()).toBe('<script>1</script>');
    expect((await fetch(url, { headers: { 'if-none-match': `"${sha256}"` } })).status).toBe(304);
    for (const query of ['', '?type=text/javascript', '?type=image/png&download=a%0d%0ab.png']) {
      const { headers } = await fetch(url + query);
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''[\w%.-]+$/);
    }
    expect((await fetch(`${server.url}/api/v1/outputs/..%2f..%2fsecret`)).status).toBe(400);
    expect((await fetch(`${server.url}/api/v1/outputs/${'0'.repeat(64)}`)).status).toBe(404);
  });
}

describe('large outputs in files', () => suite(() => serveHistory()));

describeWith(s3, 'large outputs in S3', (program) => {
  let service: Awaited<ReturnType<typeof startS3>>;
  beforeAll(async () => {
    service = await startS3(program);
  }, 60_000);
  afterAll(() => service?.dispose());

  async function bucket(): Promise<Blobs> {
    const name = `test-${randomUUID()}`;
    const client = new S3Client({
      endpoint: service.url,
      region: service.region,
      forcePathStyle: true,
      credentials: { accessKeyId: service.accessKey, secretAccessKey: service.secretKey },
    });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    client.destroy();
    return openS3({ ...service, endpoint: service.url, bucket: name }, silent());
  }

  suite(() => serveHistory({ openBlobs: bucket }));
});
