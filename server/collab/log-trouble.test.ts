import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createMemoryLog } from '../adapters/document-log/memory.ts';
import { requestSession, type Session } from './testing/client.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { RawClient } from './testing/raw-client.ts';
import { serve, type TestServer } from './testing/serve.ts';

let home: TestHome;
let server: TestServer;
const clients: RawClient[] = [];

beforeEach(async () => {
  home = await createHome();
  await home.put('n.ipynb', notebookOf({ a: 'one' }));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
  await home.remove();
});

async function open(user: string): Promise<RawClient> {
  const client = await RawClient.open(server, { user });
  clients.push(client);
  return client;
}
const type = (client: RawClient, word: string) =>
  client.edit((doc) => ((doc.getArray('cells').get(0) as Y.Map<unknown>).get('source') as Y.Text).insert(0, word));
const meta = (client: RawClient, key: string, value: string) =>
  client.edit((doc) => doc.getMap('meta').set(key, value));

/** A log whose writes fail while `away` is set, as on a full disk or without its database. */
function shaky(): DocumentLog & { away: boolean } {
  const log = createMemoryLog();
  const shaken = {
    ...log,
    away: false,
    append(document: string, update: Uint8Array) {
      if (shaken.away) return Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
      return log.append(document, update);
    },
  };
  return shaken;
}

describe('a log that cannot be written for a while [R1 R23]', () => {
  test('nothing is acknowledged or told, everything is held, and it goes on by itself', async () => {
    const log = shaky();
    server = await serve(home.path, { log });
    const [ada, eve] = [await open('ada'), await open('eve')];
    log.away = true;
    for (let word = 0; word < 50; word += 1) type(ada, `${word} `);
    meta(eve, 'from', 'eve');
    ada.sendAwareness(ada.doc.clientID, 1, { here: true });
    await eve.until(() => eve.present.has(ada.doc.clientID)); // the room itself lives
    expect([ada.acknowledged, eve.acknowledged, eve.source('a')]).toEqual([0, 0, 'one']);
    log.away = false;
    await ada.until(() => ada.acknowledged === 50);
    await eve.until(() => eve.acknowledged === 1 && eve.source('a') === ada.source('a'));
    expect([ada.rejections, eve.rejections, ada.code, eve.code]).toEqual([[], [], undefined, undefined]);
  });

  test('a client that goes on writing is not read from beyond 8 MB, and loses nothing', async () => {
    const log = shaky();
    server = await serve(home.path, { log });
    const [ada, eve] = [await open('ada'), await open('eve')];
    log.away = true;
    for (let piece = 0; piece < 24; piece += 1) meta(ada, `p${piece}`, `${piece}`.repeat(1 << 19));
    await ada.until(() => ada.socket.bufferedAmount > 0);
    log.away = false;
    await ada.until(() => ada.acknowledged === 24, 30_000);
    await eve.until(() => eve.doc.getMap('meta').size === ada.doc.getMap('meta').size);
    expect(eve.doc.getMap('meta').get('p23')).toBe('23'.repeat(1 << 19));
  }, 60_000);
});

describe('a damaged log [R25]', () => {
  async function logFile(): Promise<string> {
    const { fileId } = (await (await requestSession(server.url, 'n.ipynb')).json()) as Session;
    return join(home.path, 'log', `${fileId}.notebook.json.log`);
  }

  test('what is left is served, and who still has what is lost brings it back, of whoever it was', async () => {
    server = await serve(home.path);
    const [ada, eve] = [await open('ada'), await open('eve')];
    for (const word of ['first ', 'second ', 'third ']) {
      type(ada, word);
      await eve.until(() => eve.source('a')?.startsWith(word) === true);
    }
    const path = await logFile();
    await server.close();
    const bytes = await readFile(path);
    // Somewhere after the import, with sound frames before and behind it.
    const at = bytes.indexOf('second ');
    expect(at).toBeGreaterThan(100);
    bytes[at] = 0;
    await writeFile(path, bytes);

    server = await serve(home.path);
    const grace = await open('grace');
    expect(grace.source('a')).toBe('first one');
    expect((await readdir(join(home.path, 'log'))).some((name) => name.includes('damaged'))).toBe(true);
    const back = await open('eve');
    back.sendStep2(Y.encodeStateAsUpdate(eve.doc)); // hers, with all that ada typed
    await grace.until(() => grace.source('a') === 'third second first one');
    expect(back.rejections).toEqual([]);
    await server.close();
    server = await serve(home.path);
    expect((await open('grace')).source('a')).toBe('third second first one');
  });

  test('with nothing sound before the damage the document is refused, and not one byte is changed', async () => {
    server = await serve(home.path);
    const ada = await open('ada');
    type(ada, 'kept ');
    await ada.until(() => ada.acknowledged > 0);
    const path = await logFile();
    await server.close();
    const bytes = await readFile(path);
    bytes[40] = (bytes[40] ?? 0) ^ 255;
    await writeFile(path, bytes);
    const file = await home.get('n.ipynb');
    server = await serve(home.path);
    await expect(open('grace')).rejects.toThrow('4500');
    expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
    expect(await home.get('n.ipynb')).toBe(file);
  });
});
