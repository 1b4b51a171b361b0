import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startDaybook } from '../../docker/services/daybook.ts';
import { withFolder } from '../../docker/services/folder.ts';
import { PUBLIC_PATHS } from '../auth/public-paths.ts';
import { buildMissing } from '../bin/build.mjs';
import { readSettings } from '../config/settings.ts';
import { start } from '../main.ts';
import type { Running } from '../running.ts';

/*
 * Knocks on every door of the server as it is really put together: whatever is added to it later is
 * knocked on too.
 */

let home: string;
let server: Running;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'daybook-doors-'));
  const environment = { DAYBOOK_HOME: home, DAYBOOK_PORT: '0', DAYBOOK_LOG_LEVEL: 'silent', PATH: process.env.PATH };
  server = await start({ settings: readSettings({ environment, folder: home }) });
});
afterAll(async () => {
  await server?.stop();
  await rm(home, { recursive: true, force: true });
});

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const CHANGING = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Each path with an example in place of its parameters, and the methods it is served with. */
function paths(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { method, path } of server.doors) {
    // Middleware for everything is no door.
    if (method === 'WebSocket' || path === '/*') continue;
    const concrete = path.replaceAll(/:\w+(\{[^}]*\})?|\{\w+\}/g, 'x').replaceAll('*', 'x');
    const methods = found.get(concrete) ?? new Set();
    for (const each of method === 'ALL' ? METHODS : [method]) methods.add(each);
    found.set(concrete, methods);
  }
  return found;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** As written: `fetch` forbids some headers. */
function knock(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: server.port, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asking.on('error', reject);
    asking.end();
  });
}

/** The status of a WebSocket request, 101 when it opened. */
function knockSocket(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (asking, answer) => {
      resolve(answer.statusCode ?? 0);
      asking.destroy();
    });
    socket.once('error', () => resolve(0));
  });
}

const bearer = () => ({ authorization: `Bearer ${server.token}` });
const html = { accept: 'text/html' };

async function signIn(): Promise<{ cookie: string; flags: string }> {
  const { headers } = await knock('GET', `/lab?token=${server.token}`, html);
  const [set = ''] = headers['set-cookie'] ?? [];
  return { cookie: set.split(';')[0] ?? '', flags: set };
}

describe('A1: every door is closed without credentials', () => {
  test('the API, the rooms, the results and the front end are among them', () => {
    const known = [...paths().keys()];
    for (const path of [
      '/api/contents/x',
      '/api/collaboration/session/x',
      '/api/v1/results/x',
      '/metrics',
      '/docs',
      '/lab',
    ])
      expect(known).toContain(path);
    expect(known.length).toBeGreaterThan(40);
    const sockets = server.doors.filter(({ method }) => method === 'WebSocket').map(({ path }) => path);
    expect(sockets.join(' ')).toMatch(/channels.*collaboration\/room/);
  });

  test('every path with every method', async () => {
    for (const path of paths().keys()) {
      for (const method of METHODS) {
        if (PUBLIC_PATHS.has(path)) continue;
        const { status, headers } = await knock(method, path);
        expect(status, `${method} ${path}`).toBe(401);
        expect(headers['x-content-type-options'], path).toBe('nosniff');
      }
    }
  });

  test('the open ones are the public ones, and say nothing about the server', async () => {
    const open: string[] = [];
    for (const path of paths().keys()) if ((await knock('GET', path)).status !== 401) open.push(path);
    expect(open.sort()).toEqual([...PUBLIC_PATHS].sort());
    for (const path of open) expect((await knock('GET', path)).text, path).not.toContain(home);
  });

  test('every WebSocket, and any other', async () => {
    for (const { method, path } of server.doors)
      if (method === 'WebSocket') expect(await knockSocket(path), path).toBe(401);
    expect(await knockSocket('/api/nothing')).toBe(401);
    expect(await knockSocket('/health')).toBe(401);
  });

  test('spellings of a path open nothing', async () => {
    for (const path of [
      '//api/contents',
      '/API/contents',
      '/%61pi/contents',
      '/health/../api/contents',
      '/login/..;/metrics',
      '/health/',
      '/login%2f..%2fmetrics',
    ])
      expect([400, 401, 404], path).toContain((await knock('GET', path)).status);
  });
});

describe('A5, A8: other sites', () => {
  const foreign = { origin: 'http://evil.example' };

  test('cannot change anything with the user’s cookie', async () => {
    const { cookie } = await signIn();
    for (const [path, methods] of paths()) {
      if (PUBLIC_PATHS.has(path)) continue;
      for (const method of CHANGING.filter((each) => methods.has(each))) {
        for (const headers of [
          foreign,
          { origin: 'null' },
          { 'sec-fetch-site': 'cross-site' },
          { 'sec-fetch-site': 'same-site' },
        ] as Record<string, string>[])
          expect((await knock(method, path, { cookie, ...headers })).status, `${method} ${path}`).toBe(403);
      }
    }
    expect((await knock('GET', '/logout', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await knock('POST', '/login', foreign)).status).toBe(403);
    expect((await knock('GET', '/api/me', { cookie })).status).toBe(200);
  });

  test('cannot open a WebSocket with it', async () => {
    const { cookie } = await signIn();
    for (const { method, path } of server.doors) {
      if (method !== 'WebSocket') continue;
      expect(await knockSocket(path, { cookie, ...foreign }), path).toBe(403);
    }
    expect(await knockSocket('/api/events/subscribe', { cookie })).toBe(101);
  });

  test('cannot reach it under a name of their own (DNS rebinding)', async () => {
    const { cookie } = await signIn();
    const host = `evil.example:${server.port}`;
    for (const path of paths().keys()) {
      expect((await knock('GET', path, { host })).status, path).toBe(421);
      expect((await knock('GET', path, { host, cookie, origin: `http://${host}` })).status, path).toBe(421);
    }
    for (const { method, path } of server.doors)
      if (method === 'WebSocket') expect(await knockSocket(path, { host, ...bearer() }), path).not.toBe(101);
    for (const name of ['localhost', '127.0.0.1', '[::1]'])
      expect((await knock('GET', '/health', { host: `${name}:${server.port}` })).status, name).toBe(200);
  });

  test('are told by headers to keep out', async () => {
    for (const path of ['/lab', '/docs', '/login', '/api/me', '/no/such/page']) {
      const { headers } = await knock('GET', path, bearer());
      expect(headers['content-security-policy'], path).toMatch(/frame-ancestors 'self'/);
      expect(headers['content-security-policy'], path).not.toMatch(/https?:|\*/);
      expect(headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['access-control-allow-origin'], path).toBeUndefined();
    }
  });
});

describe('A3, A4, A6: signing in', () => {
  test('the cookie is for this server and for no script', async () => {
    const { flags } = await signIn();
    expect(flags).toMatch(
      new RegExp(`^daybook-session-${server.port}=[\\w-]{43}; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax$`),
    );
    const kept = await readFile(join(home, 'auth/sessions.json'), 'utf8');
    expect(kept).not.toContain(flags.split(/[=;]/)[1]);
  });

  test('the address loses its token, and leads to no other server', async () => {
    const { status, headers, text } = await knock('GET', `/lab/tree/a%20b.ipynb?x=1&token=${server.token}&reset`, html);
    expect(status).toBe(302);
    expect(headers.location).toBe('/lab/tree/a%20b.ipynb?x=1&reset=');
    expect(text).not.toContain(server.token);
    for (const path of ['//evil.example/', '/\\evil.example/', '/%5cevil.example', '/login?next=//evil.example/']) {
      const mark = path.includes('?') ? '&' : '?';
      const { headers: there } = await knock('GET', `${path}${mark}token=${server.token}`, html);
      expect(there.location ?? '/', path).not.toMatch(/^([/\\]{2}|[a-z]+:)/i);
    }
    const wrong = await knock('GET', '/lab?token=a-wrong-token-of-some-length', html);
    expect(wrong.headers.location).toBe('/login?wrong=1&next=%2Flab');
  });

  test('guessing is slowed down, in the form and in the address alike', async () => {
    const answers: Answer[] = [];
    for (let guess = 0; guess < 12; guess += 1)
      answers.push(await knock('GET', `/lab?token=guess-number-${guess}`, html));
    expect(answers.at(-1)).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    expect((await knock('GET', `/lab?token=${server.token}`, html)).status).toBe(429);
    // A program that knows the token is not locked out by those who guess in a browser.
    expect((await knock('GET', '/api/me', bearer())).status).toBe(200);
  });
});

test('no log line holds the token or a session, whatever is asked, at the finest level', {
  timeout: 180_000,
}, async () => {
  await buildMissing();
  await withFolder(async (folder) => {
    const daybook = await startDaybook({ home: folder, env: { DAYBOOK_LOG_LEVEL: 'trace' } });
    const { url, token } = daybook;
    const opened = await fetch(`${url}/lab?token=${token}`, { headers: html, redirect: 'manual' });
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const secret = cookie.split('=')[1] ?? '';
    expect(secret).toHaveLength(43);
    const asked = ['/api/contents', '/no/such/page', '/api/kernels/nope', '/api/v1/results/nope', '/api/contents/%ff'];
    for (const path of asked) {
      for (const suffix of [`?token=${token}`, `?a=1&TOKEN=${token}`, ''])
        await (await fetch(url + path + suffix, { headers: { cookie, authorization: `token ${token}` } })).text();
    }
    await (
      await fetch(`${url}/login`, { method: 'POST', body: new URLSearchParams({ token }), redirect: 'manual' })
    ).text();
    await new Promise((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/kernels/nope/channels?token=${token}`);
      socket.once('error', resolve);
    });
    expect(await daybook.stop()).toBe(0);
    const lines = daybook
      .output()
      .split('\n')
      .filter((line) => !line.startsWith('{"daybook":"ready"'));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => line.includes(token) || line.includes(secret))).toEqual([]);
  });
});
