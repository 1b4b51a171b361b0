import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LanguageClient, type LanguageClientOptions } from './client.ts';
import type { NotebookText } from './thread.ts';

const LONG = { timeout: 240_000 };
const DIST = join(import.meta.dirname, '../dist');
const WORKER = pathToFileURL(join(DIST, 'language-worker.js'));

let folder: string;
/** The worker, but a question about the cell `crash` ends it. */
let fragile: URL;
const open: LanguageClient[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-client-'));
  const trigger = join(folder, 'trigger.mjs');
  const file = join(folder, 'fragile.mjs');
  await writeFile(
    trigger,
    `import { parentPort } from 'node:worker_threads';
parentPort.on('message', (message) => { if (message.body?.cellId === 'crash') process.exit(1); });
`,
  );
  await writeFile(file, `import ${JSON.stringify(trigger)};\nimport ${JSON.stringify(WORKER.href)};\n`);
  fragile = pathToFileURL(file);
});
afterEach(() => {
  for (const client of open.splice(0)) client.end();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(options: LanguageClientOptions = {}): LanguageClient {
  const client = new LanguageClient({ url: WORKER, globals: join(DIST, 'globals'), ...options });
  open.push(client);
  return client;
}

function notebook(key: string, sources: readonly string[]): NotebookText {
  const cells = sources.map((source, index) => ({ id: `c${index}`, source }));
  return { key, cwd: folder, workspace: folder, cells, tables: {} };
}

async function labels(client: LanguageClient, key: string, cellId: string, offset: number): Promise<string[]> {
  return (await client.ask(key, 'complete', { cellId, offset }))?.items.map(({ label }) => label) ?? [];
}

test('K77 one worker serves several notebooks, each with its own names', LONG, async () => {
  const client = start();
  client.tell(notebook('one', ['const shared = { a: 1 }', 'shared.']));
  client.tell(notebook('two', ['const shared = { b: 1 }', 'shared.']));
  expect(client.warm('one')).toBe(false);
  expect(await labels(client, 'one', 'c1', 7)).toEqual(['a']);
  expect(client.warm('one')).toBe(true);
  expect(await labels(client, 'two', 'c1', 7)).toEqual(['b']);
  client.tell(notebook('one', ['const shared = { a: 1, more: 2 }', 'shared.']));
  expect(await labels(client, 'one', 'c1', 7)).toEqual(['a', 'more']);
  client.close('one');
  await expect(client.ask('one', 'complete', { cellId: 'c1', offset: 7 })).rejects.toThrow('gone');
});

test('K77 a worker that crashes costs its question; the next one starts another', LONG, async () => {
  const client = start({ url: fragile });
  client.tell(notebook('one', ['const shared = { a: 1 }', 'shared.']));
  expect(await labels(client, 'one', 'c1', 7)).toEqual(['a']);
  await expect(client.ask('one', 'inspect', { cellId: 'crash', offset: 0 })).rejects.toMatchObject({
    code: 'language_service_ended',
  });
  expect(client.warm('one')).toBe(false);
  expect(await labels(client, 'one', 'c1', 7)).toEqual(['a']);
});

test('K77 memory is bounded, and a service that keeps ending rests', LONG, async () => {
  const client = start({ heapMb: 24 });
  client.tell(notebook('one', ['const shared = { a: 1 }', 'shared.']));
  for (let end = 0; end < 3; end += 1) {
    await expect(labels(client, 'one', 'c1', 7)).rejects.toMatchObject({ code: 'language_service_ended' });
  }
  const started = performance.now();
  await expect(labels(client, 'one', 'c1', 7)).rejects.toMatchObject({ code: 'language_service_ended' });
  expect(performance.now() - started).toBeLessThan(100);
});

test('K77 a question that takes too long ends the worker and nothing else', LONG, async () => {
  const client = start({ patience: 1 });
  client.tell(notebook('one', ['1']));
  await expect(labels(client, 'one', 'c0', 1)).rejects.toMatchObject({ code: 'language_service_ended' });
});

test('K77 a newer question takes the place of one that waits, and checks come last', LONG, async () => {
  const client = start();
  client.tell(notebook('one', ['const shared = { a: 1 }', 'shared.']));
  const order: string[] = [];
  const noted = (name: string, answer: Promise<unknown>) =>
    answer.then(
      () => order.push(name),
      (error: unknown) => order.push(`${name} ${String(error)}`),
    );
  await Promise.all([
    noted('first', client.ask('one', 'complete', { cellId: 'c1', offset: 1 })),
    noted('check', client.ask('one', 'diagnostics', { cellId: 'c0' })),
    noted('stale', client.ask('one', 'complete', { cellId: 'c1', offset: 2 })),
    noted('newest', client.ask('one', 'complete', { cellId: 'c1', offset: 3 })),
  ]);
  expect(order.map((each) => each.replace(/ Cancelled.*/, ' cancelled'))).toEqual([
    'stale cancelled',
    'first',
    'newest',
    'check',
  ]);
});

test('K77 two thousand cells, each with a type that follows from the one above', LONG, async () => {
  const client = start();
  const sources = Array.from({ length: 2_000 }, (_each, index) =>
    index === 0 ? 'const v0 = [{ n: 0 }];' : `const v${index} = v${index - 1}.filter(({ n }) => n > 0);`,
  );
  client.tell(notebook('big', [...sources, 'v1999.at(0)?.']));
  expect(await labels(client, 'big', 'c2000', 13)).toEqual(['n']);
  client.tell(notebook('big', [...sources, 'v1999.at(0)?.n; v19']));
  expect(await labels(client, 'big', 'c2000', 19)).toEqual(expect.arrayContaining(['v19', 'v1999']));
});
