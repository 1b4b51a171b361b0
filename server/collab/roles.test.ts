import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { allows, ROLES, type Role } from '../auth/roles.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { RawClient, type RawClientOptions } from './testing/raw-client.ts';
import { serve, type TestServer } from './testing/serve.ts';

let home: TestHome;
let server: TestServer;
const clients: RawClient[] = [];

beforeEach(async () => {
  home = await createHome();
  await home.put('n.ipynb', notebookOf({ a: 'one' }));
  server = await serve(home.path);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
  await home.remove();
});

async function open(options: RawClientOptions): Promise<RawClient> {
  const client = await RawClient.open(server, options);
  clients.push(client);
  return client;
}
const insert = (word: string) => (doc: Y.Doc) =>
  ((doc.getArray('cells').get(0) as Y.Map<unknown>).get('source') as Y.Text).insert(0, word);

/** Sends something that everybody may, and waits for its answer: all that was sent before has been dealt with. */
async function roundTrip(client: RawClient): Promise<void> {
  client.synced = false;
  client.ask();
  await client.until(() => client.synced);
}

describe.each(ROLES)('%s [R21]', (role: Role) => {
  const mayEdit = allows(role, 'edit');
  const outcome = (client: RawClient) => ({ rejections: client.rejections, acknowledged: client.acknowledged });

  test('sync step 1: is answered with the document', async () => {
    expect((await open({ role })).source('a')).toBe('one');
  });

  test.each(['sendUpdate', 'sendStep2'] as const)('%s with a change', async (send) => {
    const [client, witness] = [await open({ role }), await open({ user: 'eve' })];
    client[send](client.change(insert('new ')));
    await client.until(() => client.told.length > 0);
    expect(outcome(client)).toEqual({ rejections: mayEdit ? [] : ['read_only'], acknowledged: 1 });
    await roundTrip(witness);
    expect(witness.source('a')).toBe(mayEdit ? 'new one' : 'one');
    expect(client.code).toBeUndefined();
  });

  test.each(['sendUpdate', 'sendStep2'] as const)('%s with a deletion only', async (send) => {
    const [client, witness] = [await open({ role }), await open({ user: 'eve' })];
    client[send](client.change((doc) => doc.getArray('cells').delete(0, 1)));
    await client.until(() => client.told.length > 0);
    expect(outcome(client)).toEqual({ rejections: mayEdit ? [] : ['read_only'], acknowledged: 1 });
    await roundTrip(witness);
    expect(witness.source('a')).toBe(mayEdit ? undefined : 'one');
  });

  test.each(['sendUpdate', 'sendStep2'] as const)('%s with what is known is acknowledged', async (send) => {
    const client = await open({ role });
    client[send](Y.encodeStateAsUpdate(client.doc));
    client[send](Uint8Array.of(0, 0));
    await client.until(() => client.acknowledged === 2);
    expect(client.rejections).toEqual([]);
  });

  test('a stock client’s own small writes do not throw it out', async () => {
    const [client, witness] = [await open({ role, extended: false }), await open({ user: 'eve' })];
    client.edit((doc) => doc.getMap('state').set('document_id', 'json:notebook:x'));
    client.edit((doc) => (doc.getMap('meta').get('metadata') as Y.Map<unknown>).set('language_info', { name: 'x' }));
    client.edit((doc) => doc.getMap('state').set('dirty', false));
    await roundTrip(client);
    witness.edit(insert('still '));
    await client.until(() => client.source('a') === 'still one');
    expect(client.code).toBeUndefined();
    expect(client.told).toEqual([]);
    expect(witness.doc.getMap('state').get('document_id')).toBe(mayEdit ? 'json:notebook:x' : undefined);
  });

  test('presence: is seen by others', async () => {
    const [client, witness] = [await open({ role }), await open({ user: 'eve' })];
    client.sendAwareness(client.doc.clientID, 1, { user: { name: 'x' } });
    await witness.until(() => witness.present.has(client.doc.clientID));
    expect(JSON.parse(witness.present.get(client.doc.clientID) ?? '')).toMatchObject({ user: { name: 'ada' } });
    client.send(Uint8Array.of(3));
    await client.until(() => client.present.has(client.doc.clientID));
  });

  test('save', async () => {
    const client = await open({ role });
    client.sendSave();
    await client.until(() => client.saves.length === 1);
    expect(client.saves).toEqual([mayEdit ? 'success' : 'failed']);
  });

  test('a session that ends closes its sockets with 4403, and nothing sent after it counts', async () => {
    const [client, witness] = [await open({ role, user: 'grace' }), await open({ user: 'eve' })];
    server.become('grace', undefined);
    client.edit(insert('late '));
    expect(await client.closed()).toBe(4403);
    await roundTrip(witness);
    expect(witness.source('a')).toBe('one');
  });

  test('a role that is taken away counts from the next frame on', async () => {
    const client = await open({ role, user: 'grace' });
    server.become('grace', 'viewer');
    client.edit(insert('late '));
    await client.until(() => client.told.length > 0);
    expect(client.rejections).toEqual(['read_only']);
    expect(client.code).toBeUndefined();
  });
});
