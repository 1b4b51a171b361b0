import { ROOM_CLOSE } from '@daybook/shared/api/room-messages';
import * as encoding from 'lib0/encoding';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { awarenessFrame, RawClient, type RawClientOptions, syncFrame } from './testing/raw-client.ts';
import { type ServerProcess, startProcess } from './testing/server-process.ts';
import { createRandom } from './testing/typist.ts';

let home: TestHome;
let server: ServerProcess;
let count = 0;
const clients: RawClient[] = [];

beforeAll(async () => {
  home = await createHome();
  server = await startProcess(home.path);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await server.kill();
  await home.remove();
});

async function open(options: RawClientOptions): Promise<RawClient> {
  const client = await RawClient.open(server, options);
  clients.push(client);
  return client;
}
type Cell = Y.Map<unknown>;
const cells = (doc: Y.Doc) => doc.getArray<Cell>('cells');
const text = (doc: Y.Doc) => cells(doc).get(0).get('source') as Y.Text;
const type = (client: RawClient, word: string) => client.edit((doc) => text(doc).insert(0, word));

/** The update of a document of the attacker's own making. */
function made(work: (doc: Y.Doc) => void, clientID?: number): Uint8Array {
  const doc = new Y.Doc();
  if (clientID !== undefined) doc.clientID = clientID;
  work(doc);
  return Y.encodeStateAsUpdate(doc);
}

/** An update put together byte by byte. */
const bytes = (...values: (number | readonly number[])[]) =>
  encoding.encode((encoder) => {
    for (const value of values.flat()) encoding.writeVarUint(encoder, value);
  });

interface Scene {
  readonly mallory: RawClient;
  readonly victim: RawClient;
}

interface Attack {
  readonly name: string;
  readonly run: (scene: Scene) => void | Promise<void>;
  /** How it ends: closed with a code, rejected with one, or taken for nothing. */
  readonly ends: number | string | 'ignored';
}

const frames = (name: string, ends: Attack['ends'], ...sent: Uint8Array[]): Attack => ({
  name,
  ends,
  run: ({ mallory }) => {
    for (const frame of sent) mallory.send(frame);
  },
});
const update = (name: string, ends: Attack['ends'], make: (scene: Scene) => Uint8Array): Attack => ({
  name,
  ends,
  run: (scene) => scene.mallory.sendUpdate(make(scene)),
});

const nestedTypes = (doc: Y.Doc, depth: number) => {
  let inner = new Y.Map<unknown>();
  for (let level = 0; level < depth; level += 1) inner = new Y.Map([['inner', inner]]);
  cells(doc).insert(0, [inner]);
};

const ATTACKS: readonly Attack[] = [
  frames('an empty frame', ROOM_CLOSE.malformed, Uint8Array.of()),
  frames('a sync step cut short', ROOM_CLOSE.malformed, Uint8Array.of(0, 2, 200)),
  frames('an unknown sync step', ROOM_CLOSE.malformed, Uint8Array.of(0, 9, 0)),
  frames('a state vector of a million lies', ROOM_CLOSE.malformed, syncFrame(0, bytes(1 << 20, 1, 1))),
  frames('a frame above 8 MB', 1009, new Uint8Array((8 << 20) + 1)),
  frames('an update that is none', ROOM_CLOSE.malformed, syncFrame(2, Uint8Array.of(255, 255, 255))),
  frames('2²⁸ structs in ten bytes', ROOM_CLOSE.malformed, syncFrame(2, bytes(1, 2 ** 28, 1, 0, 4, 1))),
  frames('2²⁸ values in ten bytes', ROOM_CLOSE.malformed, syncFrame(1, bytes(1, 1, 1, 0, 8, 1, 1, 97, 2 ** 28, 126))),
  frames('2²⁸ deleted ranges in ten bytes', ROOM_CLOSE.malformed, syncFrame(2, bytes(0, 1, 1, 2 ** 28, 0, 1))),
  frames('one client twice', ROOM_CLOSE.malformed, syncFrame(2, bytes(2, 1, 7, 0, 0, 1, 1, 7, 1, 0, 1, 0))),
  frames('a struct without a length', ROOM_CLOSE.malformed, syncFrame(2, bytes(1, 1, 7, 0, 0, 0, 0))),
  frames('a clock out of range', ROOM_CLOSE.malformed, syncFrame(2, bytes(1, 1, 7, 2 ** 50, 0, 1, 0))),
  frames('an unknown kind of content', 'forbidden_content', syncFrame(2, bytes(1, 1, 7, 0, 12, 1, 0, 0))),
  update('a struct bomb: 300,000 collected ranges', 'too_complex', () => {
    const structs = Array.from({ length: 300_000 }, () => [0, 1]).flat();
    return bytes(1, 300_000, 7, 0, structs, 0);
  }),
  update('a delete-set bomb: 300,000 ranges', 'too_complex', () => {
    const ranges = Array.from({ length: 300_000 }, (_, at) => [at * 2, 1]).flat();
    return bytes(0, 1, 7, 300_000, ranges);
  }),
  update('a value nested 2,000 deep', 'too_complex', () =>
    made((doc) => doc.getMap('meta').set('x', JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`))),
  ),
  update('a value nested 2,000,000 deep', 'too_complex', () =>
    encoding.encode((encoder) => {
      for (const value of [1, 1, 7, 0, 8 + 0x20, 1]) encoding.writeVarUint(encoder, value);
      for (const name of ['meta', 'x']) encoding.writeVarString(encoder, name);
      encoding.writeVarUint(encoder, 1);
      for (let depth = 0; depth < 2_000_000; depth += 1) encoding.writeUint8Array(encoder, Uint8Array.of(117, 1));
    }),
  ),
  update('types nested 40 deep', 'too_complex', () => made((doc) => nestedTypes(doc, 40))),
  update('types nested deeper bit by bit', 'too_complex', ({ mallory }) =>
    mallory.change((doc) => {
      nestedTypes(doc, 20);
      let inner = cells(doc).get(0);
      while (inner.get('inner') instanceof Y.Map) inner = inner.get('inner') as Cell;
      for (let level = 0; level < 20; level += 1) inner = inner.set('inner', new Y.Map<unknown>());
    }),
  ),
  update('a root nobody knows', 'forbidden_content', () => made((doc) => doc.getMap('evil').set('x', 1))),
  update('a root named like a method', 'forbidden_content', () => made((doc) => doc.getMap('toString').set('x', 1))),
  update('the server’s own root', 'forbidden_content', () => made((doc) => doc.getMap('runs').set('a', 'done'))),
  update('a cell that is a text', 'forbidden_content', () => made((doc) => doc.getArray('cells').insert(0, ['x']))),
  update('a cell that is a list', 'forbidden_content', () =>
    made((doc) => doc.getArray('cells').insert(0, [new Y.Array()])),
  ),
  update('cells as a map', 'forbidden_content', () => made((doc) => doc.getMap('cells').set('x', new Y.Map()))),
  update('cells as a text', 'forbidden_content', () => made((doc) => doc.getText('cells').insert(0, 'x'))),
  update('the state as a list', 'forbidden_content', () => made((doc) => doc.getArray('state').insert(0, [1]))),
  update('a text beside a cell', 'forbidden_content', ({ mallory }) =>
    mallory.change((doc) => (doc.getArray('cells') as unknown as Y.Array<string>).push(['x'])),
  ),
  update('XML', 'forbidden_content', () => made((doc) => doc.getMap('meta').set('x', new Y.XmlElement('script')))),
  update('a document in the document', 'forbidden_content', () =>
    made((doc) => doc.getMap('meta').set('x', new Y.Doc())),
  ),
  update('a change under the victim’s client id', 'forged_author', ({ victim }) => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(victim.doc));
    const before = Y.encodeStateVector(doc);
    doc.clientID = victim.doc.clientID;
    text(doc).insert(0, 'x');
    return Y.encodeStateAsUpdate(doc, before);
  }),
  update('the 13 bytes that use up the victim’s next changes', 'forged_author', ({ victim }) => {
    const next = Y.getState(victim.doc.store, victim.doc.clientID);
    return bytes(1, 1, victim.doc.clientID, next, 0, 1000, 0);
  }),
  update('a change under an id that was only seen so far', 'forged_author', ({ victim }) =>
    bytes(1, 1, victim.doc.clientID + 1, 0, 0, 1000, 0),
  ),
  update('a change under the server’s client id', 'forged_author', ({ mallory }) => {
    // The import is the server's.
    const [server] = [...mallory.doc.store.clients.keys()];
    return bytes(1, 1, server ?? 0, Y.getState(mallory.doc.store, server ?? 0), 0, 1000, 0);
  }),
  update('changes that wait for each other', ROOM_CLOSE.malformed, () => {
    // 7:0 stands right of 8:0, which stands right of 7:0.
    return bytes(2, 1, 8, 0, 0x84, 7, 0, 1, 97, 1, 7, 0, 0x84, 8, 0, 1, 97, 0);
  }),
  {
    name: 'ten thousand changes that build on nothing',
    ends: 'missing_changes',
    run: ({ mallory }) => {
      const update = bytes(1, 1, 7, 5, 0, 1, 0);
      for (let sent = 0; sent < 40; sent += 1) {
        mallory.sendUpdate(made((doc) => text100(doc), 1000 + sent).slice());
        mallory.sendUpdate(update);
        mallory.sendUpdate(late(8_000));
      }
    },
  },
  {
    name: 'deletions of what nobody has',
    ends: 'ignored',
    run: ({ mallory }) => {
      for (let sent = 0; sent < 1_000; sent += 1) mallory.sendUpdate(bytes(0, 1, 9_000_000 + sent, 1, 0, 1000));
    },
  },
  {
    name: 'presence under the victim’s client id, of a crowd, oversized',
    ends: 'ignored',
    run: ({ mallory, victim }) => {
      mallory.sendAwareness(mallory.doc.clientID, 1, { user: { name: 'mallory' } });
      mallory.sendAwareness(victim.doc.clientID, 1_000, { user: { name: 'fake' } });
      mallory.sendAwareness(victim.doc.clientID, 1_001, null);
      const crowd = Array.from({ length: 50_000 }, (_, at) => [at + 10, 1, { user: { name: 'crowd' } }] as const);
      mallory.send(awarenessFrame(crowd));
      mallory.sendAwareness(mallory.doc.clientID, 2, { large: 'ä'.repeat(3_000) });
    },
  },
  frames('presence that is not JSON', ROOM_CLOSE.malformed, Uint8Array.of(1, 5, 1, 9, 1, 1, 123)),
  {
    name: 'two thousand frames of presence',
    ends: 'ignored',
    run: async ({ mallory, victim }) => {
      const before = victim.awarenessFrames;
      for (let clock = 1; clock <= 2_000; clock += 1) mallory.sendAwareness(mallory.doc.clientID, clock, { clock });
      await victim.until(() => victim.present.get(mallory.doc.clientID) === '{"clock":2000}');
      expect(victim.awarenessFrames - before).toBeLessThan(200);
    },
  },
  {
    name: 'twenty thousand questions for the whole document',
    ends: 'ignored',
    run: ({ mallory }) => {
      for (let sent = 0; sent < 20_000; sent += 1) mallory.send(syncFrame(0, Uint8Array.of(0)));
    },
  },
  {
    name: 'three hundred connections that come and go',
    ends: 'ignored',
    run: async ({ mallory }) => {
      for (let round = 0; round < 10; round += 1) {
        const storm = Array.from({ length: 30 }, () => new WebSocket(mallory.socket.url));
        await Promise.all(
          storm.map(
            (socket) =>
              new Promise<void>((resolve) => {
                socket.once('open', () => {
                  socket.send(syncFrame(0, Uint8Array.of(0)));
                  socket.terminate();
                });
                socket.once('close', () => resolve());
                socket.on('error', () => undefined);
              }),
          ),
        );
      }
    },
  },
];

function text100(doc: Y.Doc): void {
  doc.getMap('meta').set('x', 'x'.repeat(100));
}

/** A change by a client whose first one was never sent. */
function late(size: number): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap('meta').set('first', 1);
  const before = Y.encodeStateVector(doc);
  doc.getMap('meta').set('x', 'x'.repeat(size));
  return Y.encodeStateAsUpdate(doc, before);
}

describe('a hostile editor [R13 R14 R20 R22 R23]', () => {
  for (const attack of ATTACKS) {
    test(`${attack.name}: ${attack.ends}; the others go on`, async () => {
      count += 1;
      const path = `n${count}.ipynb`;
      await home.put(path, notebookOf({ a: 'one' }));
      const victim = await open({ path, user: 'victim' });
      const mallory = await open({ path, user: 'mallory' });
      victim.sendAwareness(victim.doc.clientID + 1, 1, { user: { name: 'victim' } });
      type(victim, 'typed ');
      await mallory.until(() => mallory.source('a') === 'typed one' && mallory.present.size > 0);
      const before = await server.memory();

      await attack.run({ mallory, victim });
      if (typeof attack.ends === 'number') expect(await mallory.closed()).toBe(attack.ends);
      else if (attack.ends !== 'ignored') await mallory.until(() => mallory.rejections.includes(attack.ends as string));
      if (typeof attack.ends === 'string' && attack.ends !== 'ignored')
        expect(new Set(mallory.rejections)).toEqual(new Set([attack.ends]));

      // Whatever it was, the victim's next word is durable and reaches somebody who comes new.
      const { acknowledged } = victim;
      type(victim, 'still ');
      await victim.until(() => victim.acknowledged > acknowledged);
      const friend = await open({ path, user: 'friend' });
      expect(friend.source('a')).toBe('still typed one');
      expect(JSON.stringify(friend.doc.getArray('cells').toJSON())).toContain('still typed one');
      expect(friend.doc.store.pendingStructs).toBeNull();
      expect(victim.code).toBeUndefined();
      expect(victim.rejections).toEqual([]);
      const seen = [...victim.present.values()].join();
      expect(seen).not.toMatch(/fake|crowd/);
      await expect.poll(async () => (await home.cells(path))[0]?.source).toBe('still typed one');
      mallory.close();
      await expect.poll(async () => (await server.memory()) - before, { timeout: 20_000 }).toBeLessThan(10 << 20);
    }, 60_000);
  }

  test('cells without what every cell has are mended before anybody sees them', async () => {
    await home.put('mended.ipynb', notebookOf({ a: 'one' }));
    const [mallory, victim] = [await open({ path: 'mended.ipynb' }), await open({ path: 'mended.ipynb' })];
    const shapes: Record<string, unknown>[] = [
      {},
      { id: 7, cell_type: 'virus', source: 3, metadata: [] },
      { id: 'x', cell_type: 'code', source: new Y.Map(), metadata: new Y.Map(), outputs: 'none' },
    ];
    mallory.edit((doc) =>
      cells(doc).insert(
        0,
        shapes.map((shape) => new Y.Map(Object.entries(shape))),
      ),
    );
    await victim.until(() => cells(victim.doc).length === 4);
    for (const cell of cells(victim.doc)) {
      expect(['code', 'markdown', 'raw']).toContain(cell.get('cell_type'));
      expect(typeof cell.get('id')).toBe('string');
      expect(cell.get('source')).toBeInstanceOf(Y.Text);
      expect(cell.get('metadata')).toBeInstanceOf(Y.Map);
      if (cell.get('cell_type') === 'code') expect(cell.get('outputs')).toBeInstanceOf(Y.Array);
    }
    expect(new Set(cells(victim.doc).map((cell) => cell.get('id'))).size).toBe(4);
    await expect.poll(async () => (await home.cells('mended.ipynb')).length).toBe(4);
  });

  test('random frames, seed 7: nobody else notices, and the server stays up', async () => {
    await home.put('random.ipynb', notebookOf({ a: 'one' }));
    const victim = await open({ path: 'random.ipynb', user: 'victim' });
    const random = createRandom(7);
    const whole = Y.encodeStateAsUpdate(victim.doc);
    for (let attempt = 0; attempt < 150; attempt += 1) {
      const mallory = await open({ path: 'random.ipynb', user: 'mallory' });
      for (let sent = 0; sent < 5; sent += 1) {
        const bad = whole.slice();
        for (let flips = 0; flips < 3; flips += 1) bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
        const frame = random() < 0.5 ? syncFrame(random() < 0.5 ? 1 : 2, bad) : bad;
        mallory.send(frame);
      }
      mallory.socket.close();
      await mallory.closed();
      clients.pop()?.close();
    }
    victim.edit((doc) => doc.getMap('meta').set('word', 'still'));
    await victim.until(() => victim.acknowledged > 0);
    victim.sendSave();
    await victim.until(() => victim.saves.length > 0);
    expect([victim.saves, victim.rejections, victim.code]).toEqual([['success'], [], undefined]);
    const friend = await open({ path: 'random.ipynb', user: 'friend' });
    expect(friend.doc.getMap('meta').get('word')).toBe('still');
  }, 120_000);
});

test('a full document takes no more, but can be made smaller, and then grows again [R22]', async () => {
  await home.put('full.ipynb', notebookOf({ a: 'one' }));
  const client = await open({ path: 'full.ipynb' });
  const big = () => client.edit((doc) => doc.getMap('meta').set(`x${client.told.length}`, 'x'.repeat(7 << 20)));
  for (let sent = 1; sent <= 3; sent += 1) {
    big();
    await client.until(() => client.acknowledged === sent);
  }
  const refused = new Y.Doc();
  Y.applyUpdate(refused, Y.encodeStateAsUpdate(client.doc));
  const before = Y.encodeStateVector(refused);
  text(refused).insert(0, 'more ');
  client.sendUpdate(Y.encodeStateAsUpdate(refused, before));
  await client.until(() => client.rejections.length > 0);
  expect(client.rejections).toEqual(['document_full']);
  client.edit((doc) => {
    const meta = doc.getMap('meta');
    for (const key of [...meta.keys()]) if (key.startsWith('x')) meta.delete(key);
  });
  await client.until(() => client.acknowledged === 5);
  await new Promise((resolve) => setTimeout(resolve, 5_100)); // a full document is measured every 5 s
  type(client, 'again ');
  await client.until(() => client.acknowledged === 6);
  expect(client.rejections).toEqual(['document_full']);
}, 60_000);
