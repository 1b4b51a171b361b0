import { decodeRoomMessage, type RoomMessage } from '@daybook/shared/api/room-messages';
import type { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type * as Y from 'yjs';
import type { Connection } from './connection.ts';
import { Quiet } from './quiet.ts';
import { connectNotebook, type StockClient } from './testing/client.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { serve, type TestServer } from './testing/serve.ts';

let home: TestHome;
let server: TestServer;
const clients: { dispose(): void }[] = [];

beforeEach(async () => {
  home = await createHome();
  await home.put('n.ipynb', notebookOf({ a: 'one' }));
  server = await serve(home.path, { idle: 10 });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose();
  await server.close();
  await home.remove();
});

async function notebook(extended: boolean): Promise<{ client: StockClient<YNotebook>; told: RoomMessage[] }> {
  const client = await connectNotebook(server.url, 'n.ipynb', { extended });
  clients.push(client);
  const told: RoomMessage[] = [];
  client.provider.ws?.addEventListener('message', (event: MessageEvent) => {
    const message = decodeRoomMessage(new Uint8Array(event.data as ArrayBuffer));
    if (message !== undefined) told.push(message);
  });
  await expect.poll(() => client.provider.synced).toBe(true);
  return { client, told };
}
const code = (doc: Y.Doc) => (doc.getArray('cells').get(0) as Y.Map<Y.Text>).get('source');

test('the server works on a document with nobody in it, and its work is in the file afterwards [R19]', async () => {
  const held = await server.collab.hold({ path: 'n.ipynb' });
  await new Promise((resolve) => setTimeout(resolve, 100)); // well beyond the 10 ms after which an empty room goes
  held.transact(() => code(held.doc)?.insert(0, 'server '));
  await held.settle();
  const again = await server.collab.hold({ id: held.documentId });
  expect(again.doc).toBe(held.doc);
  again.release();
  held.release();
  held.release();
  await expect.poll(async () => (await home.cells('n.ipynb'))[0]?.source).toBe('server one');
  const later = await server.collab.hold({ path: 'n.ipynb' });
  await expect.poll(() => code(later.doc)?.toString()).toBe('server one');
  later.release();
});

test('what is not there cannot be held [R19]', async () => {
  await expect(server.collab.hold({ path: 'none.ipynb' })).rejects.toMatchObject({ status: 404 });
  await expect(server.collab.hold({ id: 'none' })).rejects.toMatchObject({ code: 'document_not_found' });
});

test('an event reaches pages that know of events, and no others [R18 R19]', async () => {
  const [ours, stock] = [await notebook(true), await notebook(false)];
  await server.collab.announce({ path: 'n.ipynb' }, { kind: 'comment', body: { thread: 't' } });
  await server.collab.announce({ id: ours.client.session.fileId }, { kind: 'run', body: 1 });
  await server.collab.announce({ path: 'other.ipynb' }, { kind: 'run', body: 2 });
  const events = () => ours.told.filter((message) => message.type === 'event');
  await expect.poll(events).toEqual([
    { type: 'event', kind: 'comment', body: { thread: 't' } },
    { type: 'event', kind: 'run', body: 1 },
  ]);
  expect(stock.told).toEqual([]);
});

test('every content frame is acknowledged in the end, and stock clients hear of none [R18]', async () => {
  const [ours, stock] = [await notebook(true), await notebook(false)];
  let sent = 0;
  const { ws } = ours.client.provider;
  if (ws === null) throw new Error('not connected');
  const send = ws.send.bind(ws);
  ws.send = (frame: Uint8Array) => {
    if (frame[0] === 0 && frame[1] !== 0) sent += 1;
    send(frame);
  };
  const acknowledged = () => ours.told.filter((message) => message.type === 'durableAck').at(-1)?.seq ?? 0;
  const before = acknowledged(); // the answer to the server's question, if it is through already
  for (let word = 0; word < 50; word += 1) code(ours.client.model.ydoc)?.insert(0, `${word} `);
  await expect.poll(acknowledged).toBeGreaterThanOrEqual(sent);
  expect(sent).toBeGreaterThanOrEqual(50);
  expect(acknowledged() - sent).toBeLessThanOrEqual(1 + before);
  expect(stock.told).toEqual([]);
});

test('while the server works quietly, what clients write waits, and comes after [R27]', async () => {
  const { client } = await notebook(true);
  const held = await server.collab.hold({ path: 'n.ipynb' });
  client.model.cells[0]?.setSource('before');
  await expect.poll(() => code(held.doc)?.toString()).toBe('before');
  const during = await held.quietly(async () => {
    client.model.cells[0]?.setSource('after');
    await new Promise((resolve) => setTimeout(resolve, 200)); // an edit takes a few milliseconds otherwise
    return code(held.doc)?.toString();
  });
  expect(during).toBe('before');
  await expect.poll(() => code(held.doc)?.toString()).toBe('after');
  held.release();
});

test('nobody is kept waiting for ever, and who comes meanwhile waits as well [R27]', async () => {
  const said: string[] = [];
  const clientOf = (name: string) =>
    ({ pause: () => said.push(`${name} waits`), resume: () => said.push(`${name} goes on`) }) as unknown as Connection;
  const [ada, grace] = [clientOf('ada'), clientOf('grace')];
  const clients = [ada];
  const quiet = new Quiet(() => clients, 20);
  await quiet.during(async () => {
    clients.push(grace);
    quiet.join(grace);
    await expect.poll(() => said.length).toBe(4);
  });
  expect(said).toEqual(['ada waits', 'grace waits', 'ada goes on', 'grace goes on']);
  quiet.join(ada);
  expect(said).toHaveLength(4);
});
