import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { buildMissing } from '../bin/build.mjs';
import { connectNotebook, type StockClient } from '../collab/testing/client.ts';
import { createRandom, Typist } from '../collab/testing/typist.ts';
import { ask, openKernel } from './kernel-socket.ts';

const NOTEBOOK = 'Welcome.ipynb';

let home: string;
let daybook: Program | undefined;
const clients: StockClient<YNotebook>[] = [];
const children: ChildProcess[] = [];

beforeAll(() => buildMissing(), 180_000);
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'daybook-restart-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.dispose();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await daybook?.stop();
  daybook = undefined;
  await rm(home, { recursive: true, force: true });
});

async function start(port = 0): Promise<Program> {
  daybook = await startDaybook({ home, port });
  return daybook;
}

const portOf = ({ url }: Program) => Number(new URL(url).port);

async function edit({ url, token }: Program): Promise<StockClient<YNotebook>> {
  const client = await connectNotebook(url, NOTEBOOK, { token });
  clients.push(client);
  await expect.poll(() => client.provider.synced, { timeout: 20_000 }).toBe(true);
  return client;
}

const sources = (model: YNotebook) => model.cells.map((cell) => [cell.id, cell.source]);
const onDisk = async () =>
  parseNotebook(await readFile(join(home, 'workspace', NOTEBOOK), 'utf8')).cells.map(({ id, source }) => [id, source]);

/** Opens the notebook's session as a page does. */
async function openSession(server: Program) {
  const answer = await ask(server, 'POST', '/api/sessions', { path: NOTEBOOK, type: 'notebook', kernel: {} });
  return (await answer.json()) as { id: string; kernel: { id: string } };
}

async function stateOf(server: Program, kernel: string) {
  return (await (await ask(server, 'GET', `/api/v1/kernels/${kernel}`)).json()) as {
    pid?: number;
    variablesGone: boolean;
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const databasePid = async () =>
  Number((await readFile(join(home, 'database/data/postmaster.pid'), 'utf8')).split('\n')[0]);

describe('kill -9 of the server', () => {
  test('while two edit: nothing typed is lost, nothing is doubled', { timeout: 120_000 }, async () => {
    let server = await start();
    const port = portOf(server);
    const both = [await edit(server), await edit(server)];
    const [first, second] = both.map(({ model }) => model);
    if (first === undefined || second === undefined) throw new Error('two are needed');
    first.insertCell(0, { cell_type: 'code', id: 'shared', source: 'start\n', metadata: {} });
    await expect.poll(() => second.cells[0]?.id, { timeout: 20_000 }).toBe('shared');
    const typists = both.map((client, index) => new Typist('AB'[index] ?? '', client, createRandom(40 + index)));
    const type = (actions: number) =>
      Promise.all(
        typists.map(async (typist) => {
          for (let action = 0; action < actions; action += 1) await typist.act();
        }),
      );
    for (let kill = 0; kill < 2; kill += 1) {
      await type(30);
      await Promise.all([type(30), server.stop('SIGKILL')]);
      await type(10); // with nobody there
      server = await start(port);
      await type(10);
      await expect.poll(() => both.every(({ provider }) => provider.synced), { timeout: 30_000 }).toBe(true);
    }
    const words = typists.flatMap((typist) => [...typist.words]).sort();
    const typed = () =>
      sources(first).flatMap(([, text]) => (text ?? '').split('\n').filter((line) => /^[AB]\d+$/.test(line)));
    await expect.poll(() => typed().sort(), { timeout: 20_000 }).toEqual(words);
    await expect.poll(() => sources(second), { timeout: 20_000 }).toEqual(sources(first));
    await expect.poll(onDisk, { timeout: 20_000 }).toEqual(sources(first));
    expect(new Set(sources(first).map(([id]) => id)).size).toBe(first.cells.length);
  });

  test('leaves no process behind; sessions and kernels come back under their ids', { timeout: 120_000 }, async () => {
    const before = await start();
    const session = await openSession(before);
    const kernel = await openKernel(before, session.kernel.id);
    await kernel.run('const kept = 42');
    kernel.send('for (;;) {}');
    const { pid = 0 } = await stateOf(before, session.kernel.id);
    const database = await databasePid();
    expect([isAlive(pid), isAlive(database)]).toEqual([true, true]);
    await before.stop('SIGKILL');
    kernel.socket.terminate();
    await expect.poll(() => [isAlive(pid), isAlive(database)], { timeout: 20_000 }).toEqual([false, false]);

    const after = await start(portOf(before));
    expect(await (await ask(after, 'GET', '/api/sessions')).json()).toMatchObject([
      { id: session.id, path: NOTEBOOK, kernel: { id: session.kernel.id, name: 'daybook' } },
    ]);
    expect(await (await ask(after, 'GET', '/api/kernels')).json()).toMatchObject([{ id: session.kernel.id }]);
    // Nobody connected yet: it costs nothing.
    expect(await stateOf(after, session.kernel.id)).not.toHaveProperty('pid');
    expect((await openSession(after)).id).toBe(session.id);

    const again = await openKernel(after, session.kernel.id);
    expect(await stateOf(after, session.kernel.id)).toMatchObject({ variablesGone: true });
    expect(await again.run('typeof kept')).toMatchObject({ outputs: [{ data: { 'text/plain': "'undefined'" } }] });
    expect(await stateOf(after, session.kernel.id)).toMatchObject({ variablesGone: false });
    await again.close();

    // What is ended stays ended.
    expect((await ask(after, 'DELETE', `/api/sessions/${session.id}`)).status).toBe(204);
    expect(await after.stop()).toBe(0);
    const last = await start();
    expect(await (await ask(last, 'GET', '/api/kernels')).json()).toEqual([]);
    expect((await ask(last, 'GET', `/api/kernels/${session.kernel.id}`)).status).toBe(404);
  });
});

describe('SIGTERM', () => {
  test('with an endless cell and unsaved edits: all written, exit 0, no process left', {
    timeout: 60_000,
  }, async () => {
    const server = await start();
    const client = await edit(server);
    const session = await openSession(server);
    const kernel = await openKernel(server, session.kernel.id);
    const running = kernel.send('for (;;) {}');
    await kernel.until(
      ({ header, parent_header }) => header.msg_type === 'execute_input' && parent_header.msg_id === running,
    );
    const { pid = 0 } = await stateOf(server, session.kernel.id);
    const database = await databasePid();
    const closed = once(kernel.socket, 'close') as Promise<[number]>;
    const other = await edit(server);
    client.model.insertCell(0, { cell_type: 'markdown', source: 'typed a moment before', metadata: {} });
    // The other has seen it: the server acknowledged it, and has not yet written the file.
    await expect.poll(() => other.model.cells[0]?.source, { timeout: 10_000 }).toBe('typed a moment before');
    const started = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect((await closed)[0]).toBe(1012);
    expect((await onDisk())[0]?.[1]).toBe('typed a moment before');
    expect([isAlive(pid), isAlive(database)]).toEqual([false, false]);
    expect(existsSync(join(home, 'server.lock'))).toBe(false);
  });

  test('Ctrl+C that arrives three times, as npm passes it on, is one orderly stop', async () => {
    const server = await start();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(server.pid, signal);
    expect(await server.stop('SIGINT')).toBe(0);
    expect(existsSync(join(home, 'server.lock'))).toBe(false);
  });

  /** A program whose stop never ends. */
  function hanging(patience: number, together: number) {
    const fixture = join(import.meta.dirname, '../hanging.fixture.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', fixture, String(patience), String(together)], {
      env: { ...process.env, DAYBOOK_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const said = { out: '', err: '' };
    child.stdout.on('data', (data: Buffer) => {
      said.out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      said.err += data.toString();
    });
    const hears = (word: string) => expect.poll(() => said.out, { timeout: 20_000 }).toContain(word);
    const ended = once(child, 'close') as Promise<[number | null]>;
    return { child, ended, said, hears };
  }

  test.each(['SIGTERM', 'SIGINT'] as const)('%s: a stop that hangs is forced, with code 1 and why', async (signal) => {
    const { child, ended, said, hears } = hanging(200, 1_000);
    await hears('ready');
    child.kill(signal);
    expect((await ended)[0]).toBe(1);
    expect(said.err).toContain('Stopping took longer than 0.2 seconds');
  });

  test('a second signal forces it at once', async () => {
    const { child, ended, said, hears } = hanging(3_600_000, 0);
    await hears('ready');
    child.kill('SIGTERM');
    await hears('stopping');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(1);
    expect(said.err).toBe('');
  });
});
