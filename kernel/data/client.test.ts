import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ResultWindowRequest } from '@daybook/shared/results/window';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataChannel } from './channel.ts';
import { type DataClient, startDataWorker } from './client.ts';
import { buildDataWorker, DATASETS } from './testing.ts';

let url: URL;
let client: DataClient;
beforeAll(async () => {
  url = await buildDataWorker('client-data-worker');
  client = startDataWorker({ kernelId: 'k', cwd: DATASETS, workspace: DATASETS }, url);
});
afterAll(() => client.close());

describe('the data worker as its thread’s client', () => {
  test('answers queries and errors', async () => {
    const result = await client.query('SELECT $1 AS a', { parameters: [2n ** 60n], name: 'a' });
    expect(result.first).toEqual([[String(2n ** 60n)]]);
    await expect(client.query('SELECT\n nope')).rejects.toMatchObject({
      code: 'sql_error',
      place: { line: 2, column: 2 },
    });
  });

  test('hands a result over as Arrow, with and without blocking', async () => {
    await client.query('SELECT i FROM range(3) t(i)', { name: 'three' });
    expect(tableFromIPC(await client.arrow('three')).numRows).toBe(3);
    expect(tableFromIPC(client.arrowSync('THREE')).numRows).toBe(3);
    expect(() => client.arrowSync('four')).toThrow(expect.objectContaining({ code: 'result_gone' }));
  });

  test('works on while the main thread is busy', async () => {
    const pending = client.query('SELECT count(*) FROM flights_3m', { name: 'counted' });
    const table = tableFromIPC(client.arrowSync((await pending).id));
    expect(table.get(0)?.toJSON()).toEqual({ 'count_star()': 3_000_000n });
  });

  test('a signal cancels one query, an interrupt all of them', async () => {
    const controller = new AbortController();
    const endless = 'SELECT count(*) FROM range(1_000_000_000_000)';
    const one = client.query(endless, { signal: controller.signal });
    controller.abort();
    await expect(one).rejects.toMatchObject({ name: 'CancelledError' });
    const two = Promise.allSettled([client.query(endless), client.query(endless)]);
    client.interrupt();
    for (const outcome of await two)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' } });
    await expect(client.query(endless, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'CancelledError',
    });
    expect((await client.query('SELECT 1')).first).toEqual([[1]]);
  });

  test('after closing, everything is refused with a reason', async () => {
    const other = startDataWorker({ kernelId: 'k', cwd: DATASETS, workspace: DATASETS }, url);
    const pending = other.query('SELECT count(*) FROM range(1_000_000_000_000)');
    const [outcome] = await Promise.all([Promise.allSettled([pending]), other.close()]);
    expect(outcome).toMatchObject([{ status: 'rejected' }]);
    await expect(other.query('SELECT 1')).rejects.toMatchObject({ name: 'CancelledError' });
    expect(() => other.arrowSync('x')).toThrow();
    await other.close();
  });
});

/** A process like the executor: its data worker speaks on descriptor 3. */
const PROGRAM = `
import { Worker } from 'node:worker_threads';
const [url, cwd] = process.argv.slice(1);
const ended = new SharedArrayBuffer(4);
const worker = new Worker(new URL(url), { workerData: { kernelId: 'k', cwd, workspace: cwd, fd: 3, ended }, execArgv: [] });
worker.on('message', (message) => {
  process.stdout.write(JSON.stringify(message.value.id) + '\\n');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
});
worker.postMessage({ type: 'query', key: 1, sql: 'FROM flights_3m', options: {} });
`;

describe('the data worker as a host sees it', () => {
  test('serves windows, summaries and errors while the executor’s main thread is blocked', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, url.href, DATASETS], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    try {
      const channel = openDataChannel(child.stdio[3] as Duplex);
      const [line] = (await once(child.stdout ?? process.stdin, 'data')) as [Buffer];
      const id = JSON.parse(line.toString()) as string;
      const request = ResultWindowRequest.parse({ id, offset: 2_999_990, limit: 100 });
      const [window, sorted] = await Promise.all([
        channel.window(request),
        channel.window(
          ResultWindowRequest.parse({ id, limit: 1, sort: [{ column: 'delay', descending: true }], format: 'json' }),
        ),
      ]);
      expect(window).toMatchObject({ total: 3_000_000, offset: 2_999_990, count: 10 });
      expect(tableFromIPC(window.body).numRows).toBe(10);
      expect(JSON.parse(Buffer.from(sorted.body).toString())).toHaveLength(1);
      await expect(channel.summary('k.other-1')).rejects.toMatchObject({ code: 'result_gone', status: 410 });
      const controller = new AbortController();
      const cancelled = channel.summary(id, controller.signal);
      controller.abort();
      await expect(cancelled).rejects.toMatchObject({ name: 'CancelledError' });
      const left = expect(channel.summary(id)).rejects.toMatchObject({
        code: 'result_gone',
        action: 'Run the cell again.',
      });
      child.kill('SIGKILL');
      await left;
      await expect(channel.window(request)).rejects.toMatchObject({ code: 'result_gone' });
      channel.close();
    } finally {
      child.kill('SIGKILL');
    }
  });
});

test('the worker is built where the client looks for it', () => {
  expect(fileURLToPath(new URL('./data-worker.js', new URL('../dist/executor.js', import.meta.url)))).toMatch(
    /kernel\/dist\/data-worker\.js$/,
  );
});
