import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOM_CLOSE } from '@daybook/shared/api/room-messages';
import type { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { connectNotebook, type StockClient } from './testing/client.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { RawClient } from './testing/raw-client.ts';
import { serve, type TestServer } from './testing/serve.ts';

let home: TestHome;
let server: TestServer;
const clients: { close(): void }[] = [];

beforeEach(async () => {
  home = await createHome();
  await home.put('n.ipynb', notebookOf({ a: 'one', b: 'two' }));
  server = await serve(home.path);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
  await home.remove();
});

const ids = (doc: Y.Doc) => doc.getArray<Y.Map<unknown>>('cells').map((cell) => cell.get('id'));

async function open(doc = new Y.Doc()): Promise<RawClient> {
  const client = await RawClient.open(server, { doc, answers: true });
  clients.push(client);
  return client;
}

/** The server goes, and comes back on the same port. */
async function restart({ lose = false } = {}): Promise<void> {
  const { port } = server;
  await server.close();
  if (lose) await rm(join(home.path, 'log'), { recursive: true });
  server = await serve(home.path, { port });
}

test('a copy of a history that is lost is told so and not merged [R31]', async () => {
  const before = await open();
  before.edit((doc) => doc.getMap('meta').set('mine', 1));
  await before.until(() => before.acknowledged === before.sent);
  await restart({ lose: true });
  await expect(open(before.doc)).rejects.toThrow(String(ROOM_CLOSE.reset));
  const fresh = await open();
  expect(ids(fresh.doc)).toEqual(['a', 'b']);
  expect(fresh.doc.getMap('meta').get('mine')).toBeUndefined();
});

test('a page is told by a message of its own, before it is closed [R31 R18]', async () => {
  const before = await open();
  before.edit((doc) => doc.getMap('meta').set('mine', 1));
  await before.until(() => before.acknowledged === before.sent);
  await restart({ lose: true });
  const first = await open();
  const epoch = first.doc.getMap('origin').get('epoch');
  const again = await RawClient.open(server, { doc: first.doc, answers: true });
  clients.push(again);
  again.doc.transact(() => Y.applyUpdate(again.doc, Y.encodeStateAsUpdate(before.doc)));
  expect(ids(again.doc)).toHaveLength(4); // what merging would do
  const foreign = Y.encodeStateVector(before.doc);
  again.send(Uint8Array.from([0, 0, foreign.length, ...foreign]));
  again.sendStep2(Y.encodeStateAsUpdate(before.doc));
  expect(await again.closed()).toBe(ROOM_CLOSE.reset);
  expect(again.told).toContainEqual({ type: 'reset', epoch });
  expect(ids((await open()).doc)).toEqual(['a', 'b']);
});

test('a stock tab that is still open is closed for good, and its cells are not doubled [R31]', async () => {
  const stock: StockClient<YNotebook> = await connectNotebook(server.url, 'n.ipynb');
  clients.push({ close: () => stock.dispose() });
  await expect.poll(() => stock.provider.synced).toBe(true);
  stock.model.setMetadata('seen', true);
  await expect.poll(async () => (await home.get('n.ipynb')).includes('seen')).toBe(true);
  await restart({ lose: true });
  await expect.poll(() => stock.closes).toContain(ROOM_CLOSE.reset);
  expect(ids((await open()).doc)).toEqual(['a', 'b']);
});

test('a restart, and edits made meanwhile, are no other history [R31 R2]', async () => {
  const client = await open();
  await restart();
  client.change((doc) => doc.getMap('meta').set('meanwhile', 1));
  const again = await open(client.doc);
  await again.until(() => again.acknowledged > 0);
  expect((await open()).doc.getMap('meta').get('meanwhile')).toBe(1);
});

test('who wrote before the first sync is taken in, and nobody but the server names the epoch [R31 R22]', async () => {
  const doc = new Y.Doc();
  doc.getMap('meta').set('early', 1);
  const client = await open(doc);
  await client.until(() => client.acknowledged > 0);
  client.edit((own) => own.getMap('origin').set('epoch', 1));
  await client.until(() => client.rejections.length > 0);
  expect(client.rejections).toEqual(['forbidden_content']);
});
