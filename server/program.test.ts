import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installation } from './config/places.ts';

const MAIN = join(installation(), 'server/dist/main.js');
const BIN = join(installation(), 'server/bin');

let base: string;
let home: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'daybook-program-'));
  home = join(base, 'home');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  await rm(base, { recursive: true, force: true });
});

function launch(args: readonly string[], environment: Record<string, string> = {}) {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: base,
    DAYBOOK_HOME: home,
    DAYBOOK_PORT: '0',
    DAYBOOK_LOG_LEVEL: 'warn',
    ...environment,
  };
  const child = spawn(process.execPath, args, { cwd: base, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { out: '', err: '' };
  let heard = () => {};
  child.stdout.on('data', (data: Buffer) => {
    said.out += data.toString();
    heard();
  });
  child.stderr.on('data', (data: Buffer) => {
    said.err += data.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    heard = () => {
      const url = /http:\/\/[\d.]+:\d+/.exec(said.out)?.[0];
      if (url !== undefined) resolve(url);
    };
    void ended.then(() => reject(new Error(`ended before it was ready: ${said.err}`)));
  });
  ready.catch(() => undefined);
  return { child, said, ended, ready };
}

/** The built server as `npm start` runs it, without building first. */
function startServer(folder?: string, environment: Record<string, string> = {}) {
  const code = 'import(process.argv[1]).then(({ run }) => run(process.argv[2]))';
  return launch(['-e', code, MAIN, ...(folder === undefined ? [] : [folder])], environment);
}

describe('starting', () => {
  test('P1: prints one URL that signs the first user in, and shows a workspace with samples', async () => {
    const { ready, said } = startServer();
    const url = await ready;
    expect(said.out.match(/http:\/\//g)).toHaveLength(1);
    const link = /http:\S+/.exec(said.out)?.[0] ?? '';
    const first = await fetch(link, { redirect: 'manual', headers: { accept: 'text/html' } });
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(first.headers.get('location')).toBe('/lab');
    const listing = (await (await fetch(`${url}/api/contents`, { headers: { cookie } })).json()) as {
      content: { name: string }[];
    };
    expect(listing.content.map(({ name }) => name)).toContain('Welcome.ipynb');
    const ready2 = await fetch(`${url}/ready`);
    expect(await ready2.json()).toMatchObject({
      ready: true,
      checks: { database: { ok: true }, blobs: { ok: true }, bus: { ok: true } },
    });
  });

  test('P2: one machine-readable line, a folder of the user’s, and a clean end on SIGTERM', async () => {
    const folder = join(base, 'mine');
    await mkdir(folder);
    const { child, ready, said, ended } = startServer(folder, {
      DAYBOOK_JSON: '1',
      DAYBOOK_TOKEN: 'a-token-for-tests',
    });
    const url = await ready;
    expect(JSON.parse(said.out)).toEqual({ daybook: 'ready', url, token: 'a-token-for-tests' });
    const headers = { authorization: 'Bearer a-token-for-tests' };
    const kernel = await fetch(`${url}/api/kernels`, { method: 'POST', headers, body: '{}' });
    expect(kernel.status).toBe(201);
    expect(existsSync(join(home, 'workspace'))).toBe(false);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said.err).toBe('');
    expect(existsSync(join(home, 'server.lock'))).toBe(false);
  });

  test('P2: a relative folder starts where the user typed it, also through npm', { timeout: 180_000 }, async () => {
    await mkdir(join(base, 'typed/here'), { recursive: true });
    const npm = { npm_command: 'start', npm_lifecycle_event: 'start', INIT_CWD: join(base, 'typed') };
    const missing = launch([join(BIN, 'start.mjs'), 'there'], npm);
    expect(await missing.ended).toBe(1);
    expect(missing.said.err).toContain(`There is no folder ${join(base, 'typed/there')}`);
    const plain = launch([join(BIN, 'start.mjs'), 'there'], { ...npm, npm_lifecycle_event: 'test' });
    expect(await plain.ended).toBe(1);
    expect(plain.said.err).toContain(`There is no folder ${join(base, 'there')}`);
    const { ready, said } = launch([join(BIN, 'start.mjs'), 'here'], { ...npm, DAYBOOK_LOG_LEVEL: 'info' });
    await ready;
    expect(said.err).toContain(`"workspace":"${join(base, 'typed/here')}"`);
  });

  test('H2: a second server on the home ends with a message and leaves the first alone', async () => {
    const first = startServer();
    const url = await first.ready;
    const second = startServer();
    expect(await second.ended).toBe(1);
    expect(second.said.err).toContain(`process id ${first.child.pid}`);
    expect(second.said.err).toContain('[home_in_use]');
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test('H3: after kill -9 the home opens again', async () => {
    const first = startServer();
    await first.ready;
    first.child.kill('SIGKILL');
    await first.ended;
    await startServer().ready;
  });
});

describe('H4: refusing to start, with a message, a code and an exit code', () => {
  test('port taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { ended, said } = startServer(undefined, { DAYBOOK_PORT: String(port) });
    expect(await ended).toBe(1);
    expect(said.err).toContain(`Port ${port}`);
    expect(said.err).toContain('DAYBOOK_PORT=');
    expect(existsSync(join(home, 'server.lock'))).toBe(false);
    await new Promise((resolve) => other.close(resolve));
  });

  test('home from a newer version, untouched', async () => {
    await mkdir(home);
    await writeFile(join(home, 'layout.json'), '{"version": 99}');
    const { ended, said } = startServer();
    expect(await ended).toBe(1);
    expect(said.err).toContain('[home_from_newer_version]');
    expect(await readdir(home)).toEqual(['layout.json']);
  });

  test.each([
    ['a home that is a file', { DAYBOOK_HOME: '/dev/null' }, undefined, 'home_not_writable'],
    ['a folder that is not there', {}, '/no/such/folder', 'no_such_folder'],
    ['a bad setting', { DAYBOOK_PORT: 'x' }, undefined, 'bad_setting'],
  ])('%s', async (_, environment, folder, code) => {
    const { ended, said } = startServer(folder, environment as Record<string, string>);
    expect(await ended).toBe(1);
    expect(said.err).toContain(`[${code}]`);
    expect(said.out).toBe('');
  });

  test('P3: too old a Node, an unknown command, too many folders', async () => {
    const old = launch([
      '-e',
      `import(${JSON.stringify(join(BIN, 'node-version.mjs'))}).then((m) => m.checkNodeVersion('18.19.0'))`,
    ]);
    expect(await old.ended).toBe(1);
    expect(old.said.err).toContain('[node_too_old]');
    const unknown = launch([join(BIN, 'daybook.mjs'), 'publish']);
    expect(await unknown.ended).toBe(2);
    expect(unknown.said.err).toContain('“publish” is not a command');
    expect(await launch([join(BIN, 'start.mjs'), 'a', 'b']).ended).toBe(2);
    expect(await launch([join(BIN, 'start.mjs'), '--port']).ended).toBe(2);
    const wordy = launch([join(BIN, 'daybook.mjs'), 'doctor', 'please']);
    expect(await wordy.ended).toBe(2);
    expect(wordy.said.err).toContain('please');
    expect((await launch([join(BIN, 'daybook.mjs')]).ended) ?? 1).toBe(0);
  });
});

test('P4: doctor shows each setting with its source, each embedded default with the way out, each guard as tried', async () => {
  const { ended, said } = launch(['-e', 'import(process.argv[1]).then(({ doctor }) => doctor())', MAIN], {
    REDIS_URL: 'redis://:hush-hush@host',
  });
  expect(await ended).toBe(0);
  expect(said.out).toMatch(/DAYBOOK_PORT +0 +\(environment/);
  expect(said.out).toContain('DATABASE_URL=postgres://');
  expect(said.out).toContain('Messages between servers: the service named by REDIS_URL');
  expect(said.out).not.toContain('hush-hush');
  expect(said.out).toMatch(/✓ environment +cells see variables of a fixed list/);
  expect(said.out).toMatch(/– network +not enforced: cells reach the network: DAYBOOK_SANDBOX is off/);
});
