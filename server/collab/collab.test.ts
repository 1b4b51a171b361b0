import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { YFile, YNotebook } from '@jupyter/ydoc';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readSyncMessage } from 'y-protocols/sync';
import * as Y from 'yjs';
import { createMemoryLog } from '../adapters/document-log/memory.ts';
import { connectFile, connectNotebook, requestSession, type Session, type StockClient } from './testing/client.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { serve, type TestServer, type TestServerOptions } from './testing/serve.ts';

let home: TestHome;
let server: TestServer;
const clients: { dispose(): void }[] = [];

beforeEach(async () => {
  home = await createHome();
  await home.put('n.ipynb', notebookOf({ a: 'one', b: 'two' }));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose();
  await server?.close();
  await home.remove();
});

const start = async (options?: TestServerOptions) => {
  server = await serve(home.path, options);
};

async function opened<Client extends StockClient<YNotebook | YFile>>(connecting: Promise<Client>): Promise<Client> {
  const client = await connecting;
  clients.push(client);
  await expect.poll(() => client.provider.synced, { timeout: 10_000 }).toBe(true);
  return client;
}
const notebook = (path = 'n.ipynb') => opened(connectNotebook(server.url, path));
const file = (path: string) => opened(connectFile(server.url, path));
const source = (client: StockClient<YNotebook>, id: string) =>
  client.model.cells.find((cell) => cell.id === id)?.source;
const type = (client: StockClient<YNotebook>, id: string, text: string) =>
  client.model.cells.find((cell) => cell.id === id)?.ysource.insert(0, text);

/** A bare socket to a room; resolves with the code it is closed with. */
async function closeCode(room: string, frames: readonly Uint8Array[] = []): Promise<number> {
  const socket = new WebSocket(
    `${server.url.replace('http', 'ws')}/api/collaboration/room/${encodeURIComponent(room)}`,
  );
  socket.on('open', () => {
    for (const frame of frames) socket.send(frame);
  });
  return new Promise((resolve) => socket.on('close', resolve));
}
/** Applies a sync frame of the server as a client does. */
function readSync(doc: Y.Doc, frame: Buffer): void {
  const decoder = decoding.createDecoder(frame);
  decoding.readVarUint(decoder);
  readSyncMessage(decoder, encoding.createEncoder(), doc, 'server');
}
const roomOf = ({ format, type, fileId }: Session) => `${format}:${type}:${fileId}`;

describe('opening', () => {
  test('the stock model shows what the file says [R4 R5]', async () => {
    const output = (fields: object) => ({ metadata: {}, ...fields });
    await home.put(
      'n.ipynb',
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 4,
        metadata: { kernelspec: { name: 'daybook', display_name: 'D' }, strange: [1.5] },
        cells: [
          {
            cell_type: 'code',
            metadata: { trusted: true, tags: ['t'] },
            source: ['x\n', 'y'],
            execution_count: 4,
            strange: { deep: true },
            outputs: [
              { output_type: 'stream', name: 'stdout', text: ['1,\n', '2'] },
              output({ output_type: 'display_data', data: { 'text/html': ['<p>', '</p>'] } }),
            ],
          },
          { cell_type: 'markdown', metadata: {}, source: 'text', attachments: { a: { 'text/plain': ['p', 'q'] } } },
        ],
      }),
    );
    await start();
    const client = await notebook();
    const [code, text] = client.model.cells;
    expect(code?.toJSON()).toMatchObject({ source: 'x\ny', execution_count: 4, metadata: { tags: ['t'] } });
    expect(code?.metadata).not.toHaveProperty('trusted');
    expect(code?.toJSON()).toMatchObject({ outputs: [{ text: '1,\n2' }, { data: { 'text/html': '<p></p>' } }] });
    expect(text?.toJSON()).toMatchObject({ cell_type: 'markdown', attachments: { a: { 'text/plain': 'pq' } } });
    expect(client.model.nbformat_minor).toBe(5);
    type(client, code?.id ?? '', '#');
    await expect.poll(() => home.get('n.ipynb')).toContain('"strange": {\n    "deep": true');
    expect(await home.get('n.ipynb')).toContain('"1,\\n"');
  });

  test('opening writes nothing, and neither does opening again after a restart [R8]', async () => {
    const before = JSON.stringify(JSON.parse(await home.get('n.ipynb')));
    await home.put('n.ipynb', before);
    await start();
    const { port } = server;
    const first = await notebook();
    expect(first.model.getState('dirty')).toBe(false);
    expect(await first.save()).toBe('success');
    await server.close();
    await start({ port });
    await expect.poll(() => first.provider.synced, { timeout: 10_000 }).toBe(true);
    expect(await first.save()).toBe('success');
    expect(await home.get('n.ipynb')).toBe(before);
  });

  test('a broken notebook closes with 4400, and opens once it is mended [R4]', async () => {
    await home.put('n.ipynb', '{"nbformat": 4, "cells": [');
    await start();
    const session = (await (await requestSession(server.url, 'n.ipynb')).json()) as Session;
    expect(await closeCode(roomOf(session))).toBe(4400);
    await home.put('n.ipynb', notebookOf({ a: 'mended' }));
    expect(source(await notebook(), 'a')).toBe('mended');
  });

  test('unknown documents close with 4404, unknown kinds with 4400 [R13]', async () => {
    await start();
    expect(await closeCode('json:notebook:3f1c1d3e-0000-4000-8000-000000000000')).toBe(4404);
    expect(await closeCode('json:drawing:1')).toBe(4400);
    expect(await closeCode('nonsense')).toBe(4400);
  });

  test('any sessionId is accepted [R3]', async () => {
    await start();
    const client = await notebook();
    client.provider.url = client.provider.url.replace(/sessionId=.*/, 'sessionId=of-another-life');
    (client.provider.ws as unknown as WebSocket).terminate();
    await expect.poll(() => client.provider.synced).toBe(false);
    await expect.poll(() => client.provider.synced, { timeout: 10_000 }).toBe(true);
  });

  test('text files keep their line ends, binary ones their bytes', async () => {
    await home.put('t.txt', 'a\r\nb\r\n');
    await start();
    const client = await file('t.txt');
    expect(client.model.source).toBe('a\nb\n');
    client.model.updateSource(0, 1, 'ä');
    await expect.poll(() => home.get('t.txt')).toBe('ä\r\nb\r\n');
  });
});

describe('durability', () => {
  test('nobody hears of a change before it is in the log, whether told or asked [R1]', async () => {
    const log = createMemoryLog();
    let release = () => {};
    let gate: Promise<void> | undefined;
    const gated: DocumentLog = {
      ...log,
      async append(document, update) {
        await gate;
        await log.append(document, update);
      },
    };
    await start({ log: gated });
    const [a, b] = [await notebook(), await notebook()];
    gate = new Promise((resolve) => {
      release = resolve;
    });
    type(a, 'a', 'new ');
    type(b, 'b', 'too ');
    const late = await connectNotebook(server.url, 'n.ipynb');
    clients.push(late);
    await expect.poll(() => late.provider.wsconnected).toBe(true);
    await server.workspace.read('n.ipynb'); // a round trip during which a careless server would have answered
    expect([source(b, 'a'), source(a, 'b'), late.provider.synced]).toEqual(['one', 'two', false]);
    gate = undefined;
    release();
    for (const client of [a, b, late]) {
      await expect.poll(() => [source(client, 'a'), source(client, 'b')]).toEqual(['new one', 'too two']);
    }
  });

  test('a log that fails for a while loses nothing [R1]', async () => {
    const log = createMemoryLog();
    let failures = 0;
    await start({
      log: {
        ...log,
        async append(document, update) {
          if (failures > 0) {
            failures -= 1;
            throw new Error('no space left on device');
          }
          await log.append(document, update);
        },
      },
    });
    const [a, b] = [await notebook(), await notebook()];
    failures = 3;
    type(a, 'a', 'kept ');
    await expect.poll(() => source(b, 'a'), { timeout: 10_000 }).toBe('kept one');
    expect(failures).toBe(0);
  });

  test('opening a document again adds nothing to its log [R2]', async () => {
    const log = createMemoryLog();
    const appended: number[] = [];
    const counted: DocumentLog = {
      ...log,
      append(document, update) {
        appended.push(update.length);
        return log.append(document, update);
      },
      close: async () => {},
    };
    await home.put('n.ipynb', notebookOf({ a: 'x'.repeat(10_000) }));
    for (const visit of [1, 2, 3]) {
      await start({ log: counted });
      const client = await notebook();
      expect(source(client, 'a')?.length).toBe(10_000);
      client.dispose();
      clients.length = 0;
      await server.close();
      if (visit === 1) appended.length = 0;
    }
    expect(appended.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(1_000);
  });

  test('a long history is compacted, and nothing appended meanwhile is lost [R2]', async () => {
    await start({ idle: 20 });
    const [a, b] = [await notebook(), await notebook()];
    for (let word = 0; word < 1_200; word += 1) {
      type(a, 'a', `${word} `);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => source(b, 'a'), { timeout: 20_000 }).toBe(source(a, 'a'));
    const { port } = server;
    await server.close();
    await start({ port });
    const late = await notebook();
    expect(source(late, 'a')).toBe(source(a, 'a'));
    expect((await home.cells('n.ipynb'))[0]?.source).toBe(source(a, 'a'));
  }, 60_000);
});

describe('saving', () => {
  test('a change is written, and the state says so [R7 R8]', async () => {
    await start();
    const client = await notebook();
    type(client, 'a', 'new ');
    await expect.poll(async () => (await home.cells('n.ipynb'))[0]?.source).toBe('new one');
    const { sha256 } = await server.workspace.read('n.ipynb');
    await expect.poll(() => client.model.state).toMatchObject({ path: 'n.ipynb', dirty: false, hash: sha256 });
  });

  test('a save on request answers after the file is written [R7]', async () => {
    await start();
    const client = await notebook();
    type(client, 'a', 'new ');
    expect(await client.save()).toBe('success');
    expect((await home.cells('n.ipynb'))[0]?.source).toBe('new one');
  });

  test('closing the server writes what is not written yet and asks clients to come back [R7 R16]', async () => {
    await start({ quiet: 60_000 });
    const client = await notebook();
    type(client, 'a', 'last ');
    await expect.poll(() => client.model.getState('dirty')).toBe(true);
    expect((await home.cells('n.ipynb'))[0]?.source).toBe('one');
    await server.close();
    await expect.poll(() => client.closes[0]).toBe(1012);
    expect((await home.cells('n.ipynb'))[0]?.source).toBe('last one');
  });

  test('a write that fails keeps the room, says why, and is repeated [R10]', async () => {
    let full = false;
    await start({
      wrap: (workspace) => ({
        ...workspace,
        write: async (path, bytes) => {
          if (full)
            throw new DaybookError('disk_full', 'The disk is full.', { status: 507, action: 'Free some space.' });
          return workspace.write(path, bytes);
        },
      }),
    });
    const [a, b] = [await notebook(), await notebook()];
    full = true;
    type(a, 'a', 'kept ');
    await expect
      .poll(() => b.model.state)
      .toMatchObject({ saveError: 'The disk is full. Free some space.', dirty: true });
    expect(await a.save()).toBe('failed');
    expect(source(b, 'a')).toBe('kept one');
    expect((await home.cells('n.ipynb'))[0]?.source).toBe('one');
    full = false;
    await expect.poll(async () => (await home.cells('n.ipynb'))[0]?.source, { timeout: 10_000 }).toBe('kept one');
    await expect.poll(() => b.model.state.saveError).toBeUndefined();
    expect(b.model.getState('dirty')).toBe(false);
  });

  test('an empty room is let go and comes back from the log [R12]', async () => {
    await start({ idle: 10 });
    const first = await notebook();
    type(first, 'a', 'kept ');
    await expect.poll(async () => (await home.cells('n.ipynb'))[0]?.source).toBe('kept one');
    first.dispose();
    clients.length = 0;
    for (let visit = 0; visit < 5; visit += 1) {
      const again = await notebook();
      expect(again.model.cells.map((cell) => cell.source)).toEqual(['kept one', 'two']);
      again.dispose();
      clients.length = 0;
    }
  });
});

describe('the file and others', () => {
  test('a change from outside is merged into the open document, beside what was typed [R9]', async () => {
    await start();
    const client = await notebook();
    type(client, 'a', 'typed ');
    await server.workspace.write('n.ipynb', Buffer.from(notebookOf({ a: 'one', b: 'two changed', c: 'new' })));
    await expect.poll(() => client.model.cells.map((cell) => cell.source)).toEqual(['typed one', 'two changed', 'new']);
    await expect
      .poll(async () => (await home.cells('n.ipynb')).map((cell) => cell.source))
      .toEqual(['typed one', 'two changed', 'new']);
  });

  test('a change made while the server was down is merged too, never rebuilt [R2 R9]', async () => {
    await start();
    const { port } = server;
    const client = await notebook();
    type(client, 'a', 'typed ');
    expect(await client.save()).toBe('success');
    await server.close();
    type(client, 'b', 'offline ');
    await home.put('n.ipynb', notebookOf({ c: 'first', a: 'typed one', b: 'two outside' }));
    await start({ port });
    await expect
      .poll(() => client.model.cells.map((cell) => cell.source), { timeout: 10_000 })
      .toEqual(['first', 'typed one', 'offline two outside']);
    await expect.poll(async () => (await home.cells('n.ipynb')).length).toBe(3);
  });

  test('a text file changed in the same place on both sides is kept twice [R9]', async () => {
    await home.put('t.txt', 'one\n');
    await start();
    const client = await file('t.txt');
    client.model.updateSource(0, 3, 'ours');
    await home.put('t.txt', 'theirs\n');
    await expect.poll(() => home.get('t.txt')).toBe('ours\n');
    const copies = (await readdir(join(home.path, 'workspace'))).filter((name) => name.startsWith('t (conflict'));
    expect(copies.length).toBe(1);
    expect(await home.get(copies[0] ?? '')).toBe('theirs\n');
  });

  test('a file broken from outside is kept beside the document’s, which is written again [R9]', async () => {
    await start();
    const client = await notebook();
    await server.workspace.write('n.ipynb', Buffer.from('<<<<<<< HEAD'));
    await expect.poll(async () => (await home.get('n.ipynb')).startsWith('{')).toBe(true);
    const copies = (await readdir(join(home.path, 'workspace'))).filter((name) => name.includes('conflict'));
    expect(await home.get(copies[0] ?? '')).toBe('<<<<<<< HEAD');
    expect(source(client, 'a')).toBe('one');
  });

  test('a renamed file keeps its room, and the old name is free [R3 R11]', async () => {
    await home.put('folder/m.ipynb', notebookOf({ a: 'one' }));
    await start();
    const client = await notebook('folder/m.ipynb');
    await server.workspace.move('folder', 'other');
    await expect.poll(() => client.model.getState('path')).toBe('other/m.ipynb');
    type(client, 'a', 'new ');
    await expect.poll(async () => (await home.cells('other/m.ipynb'))[0]?.source).toBe('new one');
    const session = (await (await requestSession(server.url, 'other/m.ipynb')).json()) as Session;
    expect(session.fileId).toBe(client.session.fileId);
    expect((await requestSession(server.url, 'folder/m.ipynb')).status).toBe(404);
  });

  test('a deleted file is not written again until somebody saves [R11]', async () => {
    await start();
    const client = await notebook();
    await server.workspace.remove('n.ipynb');
    await expect.poll(() => client.model.getState('saveError')).toContain('deleted');
    type(client, 'a', 'kept ');
    await server.collab.flush();
    expect(await readdir(join(home.path, 'workspace'))).toEqual([]);
    expect(await client.save()).toBe('success');
    expect((await home.cells('n.ipynb'))[0]?.source).toBe('kept one');
    await expect.poll(() => client.model.state.saveError).toBeUndefined();
  });

  test('a new file in a deleted one’s place is another document [R11]', async () => {
    await start();
    const client = await notebook();
    await server.workspace.remove('n.ipynb');
    await server.workspace.write('n.ipynb', Buffer.from(notebookOf({ z: 'other' })));
    const other = await notebook();
    expect(other.session.fileId).not.toBe(client.session.fileId);
    expect(await client.save()).toBe('failed');
    expect((await home.cells('n.ipynb')).map((cell) => cell.source)).toEqual(['other']);
    expect(source(client, 'a')).toBe('one');
  });
});

describe('the socket', () => {
  const frames: Record<string, Uint8Array> = {
    'an empty frame': Uint8Array.of(),
    'a cut sync step': Uint8Array.of(0, 2, 200),
    'an unknown sync step': Uint8Array.of(0, 9, 0),
    'an update that is none': Uint8Array.of(0, 2, 3, 255, 255, 255),
    'an update that claims 2²⁴ structs': Uint8Array.of(0, 2, 9, 1, 255, 255, 255, 7, 1, 0, 4, 1),
    'a broken awareness message': Uint8Array.of(1, 3, 1, 1, 1),
  };
  for (const [name, frame] of Object.entries(frames)) {
    test(`${name} closes its sender with 4400 and nobody else [R13]`, async () => {
      await start();
      const client = await notebook();
      const heap = process.memoryUsage().heapUsed;
      expect(await closeCode(roomOf(client.session), [frame])).toBe(4400);
      expect(process.memoryUsage().heapUsed - heap).toBeLessThan(30 << 20);
      type(client, 'a', 'still ');
      expect(await client.save()).toBe('success');
      expect(client.closes).toEqual([]);
    });
  }

  test('a frame above 8 MB closes with 1009 [R13]', async () => {
    await start();
    const client = await notebook();
    expect(await closeCode(roomOf(client.session), [new Uint8Array((8 << 20) + 1)])).toBe(1009);
  });

  test('presence is echoed under the connection’s identity and goes with it [R14]', async () => {
    await start();
    const [a, b] = [await notebook(), await notebook()];
    a.model.awareness.setLocalStateField('user', { name: 'mallory', username: 'mallory', cursor: 1 });
    const seen = () => b.model.awareness.getStates().get(a.model.awareness.clientID)?.user;
    await expect.poll(seen).toMatchObject({ name: 'ada', display_name: 'Ada', cursor: 1 });
    const before = a.provider.wsLastMessageReceived;
    await expect
      .poll(() => {
        a.model.awareness.setLocalStateField('tick', Math.random());
        return a.provider.wsLastMessageReceived;
      })
      .toBeGreaterThan(before);
    a.model.awareness.setLocalStateField('large', 'x'.repeat(5_000));
    a.model.awareness.setLocalStateField('large', undefined);
    (a.provider as { shouldConnect: boolean }).shouldConnect = false;
    (a.provider.ws as unknown as WebSocket).terminate();
    await expect.poll(seen).toBeUndefined();
  });

  test('who reads too slowly is held back, and caught up in one piece later [R15]', async () => {
    await start();
    const client = await notebook();
    const slow = new WebSocket(`${server.url.replace('http', 'ws')}/api/collaboration/room/${roomOf(client.session)}`);
    const frames: Buffer[] = [];
    slow.on('message', (frame: Buffer) => frames.push(frame));
    slow.on('open', () => slow.send(Uint8Array.of(0, 0, 1, 0)));
    await expect.poll(() => frames.some((frame) => frame[0] === 0 && frame[1] === 1)).toBe(true);
    slow.pause();
    const told = frames.length;
    for (let piece = 0; piece < 150; piece += 1) {
      type(client, 'a', 'x'.repeat(100_000));
      client.model.cells[0]?.ysource.delete(0, 99_990);
      if (piece % 10 === 0) expect(await client.save()).toBe('success');
    }
    expect(await client.save()).toBe('success');
    slow.resume();
    const doc = new Y.Doc();
    await expect
      .poll(
        () => {
          for (const frame of frames.splice(0)) if (frame[0] === 0 && frame[1] !== 0) readSync(doc, frame);
          return (doc.getArray('cells').get(0) as Y.Map<Y.Text> | undefined)?.get('source')?.toString();
        },
        { timeout: 10_000 },
      )
      .toBe(source(client, 'a'));
    expect(told).toBeGreaterThan(0);
    slow.terminate();
  });

  test('two who move one cell at once leave one cell [R6]', async () => {
    await start();
    const [a, b] = [await notebook(), await notebook()];
    a.model.moveCell(0, 1);
    b.model.moveCell(0, 1);
    await expect.poll(() => a.model.cells.map((cell) => cell.id).sort()).toEqual(['a', 'b']);
    await expect.poll(() => b.model.cells.map((cell) => cell.id)).toEqual(a.model.cells.map((cell) => cell.id));
  });

  test('JupyterLab’s global awareness has a room [R14]', async () => {
    await start();
    const room = `${server.url.replace('http', 'ws')}/api/collaboration/room/JupyterLab:globalAwareness`;
    const socket = new WebSocket(room);
    const answer = new Promise<Buffer>((resolve) => socket.on('message', resolve));
    socket.on('open', () => socket.send(Uint8Array.of(0, 0, 1, 0)));
    expect([...(await answer)].slice(0, 2)).toEqual([0, 1]);
    socket.terminate();
  });

  test('there is one copy of yjs [R17]', async () => {
    await start();
    const client = await notebook();
    expect(client.model.ydoc).toBeInstanceOf(Y.Doc);
    expect((globalThis as Record<string, unknown>)['__ $YJS$ __']).toBe(true);
  });
});
