import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startTestServer, type TestServer, TOKEN } from '../jupyter/server.fixture.ts';
import { createAuth } from './auth.ts';
import { cookieName, sessionCookie } from './cookie.ts';
import { identityOf } from './identity.ts';
import { localPath } from './local-path.ts';
import { PUBLIC_PATHS } from './public-paths.ts';
import { openSessions, SESSION_LIFE } from './sessions.ts';
import { createThrottle } from './throttle.ts';
import { homeToken } from './token.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const html = { accept: 'text/html' };
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.url + path, { method, headers, redirect: 'manual' });

/** The status of a refused WebSocket, or 101. */
function knock(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(server.url.replace('http', 'ws') + path, { headers });
    socket.once('open', () => {
      socket.close();
      resolve(101);
    });
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', (error) => (error.message.includes('closed before') ? undefined : reject(error)));
  });
}

async function signIn(): Promise<string> {
  const answer = await get(`/lab?token=${TOKEN}`, html);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('A1: nothing is open by accident', () => {
  test('every registered route refuses a request without credentials', async () => {
    const doors = server.app.routes.filter(({ method, path }) => !(method === 'ALL' && path === '/*'));
    expect(doors.length).toBeGreaterThan(50);
    for (const { method, path } of doors) {
      const concrete = path.replaceAll(/:\w+(\{[^}]*\})?|\{\w+\}/g, 'x').replaceAll('*', 'x');
      const verb = method === 'ALL' ? 'GET' : method;
      const answer = await get(concrete, {}, verb);
      await answer.body?.cancel();
      if (PUBLIC_PATHS.has(concrete)) expect([200, 303, 400, 401, 503], concrete).toContain(answer.status);
      else expect(answer.status, `${verb} ${concrete}`).toBe(401);
    }
  });

  test('paths that nobody serves are closed too, and pages lead to the sign-in page', async () => {
    expect((await get('/no/such/thing')).status).toBe(401);
    expect((await get('/%2e%2e/health')).status).not.toBe(500);
    const page = await get('/lab/tree/a%20b.ipynb?x=1', html);
    expect(page.status).toBe(302);
    expect(page.headers.get('location')).toBe(`/login?next=${encodeURIComponent('/lab/tree/a%20b.ipynb?x=1')}`);
  });

  test('every WebSocket path, and any other, refuses without credentials', async () => {
    for (const { example } of server.jupyter.upgrades) expect(await knock(example), example).toBe(401);
    expect(await knock('/api/nothing')).toBe(401);
    expect(await knock('/api/nothing', { authorization: `token ${TOKEN}` })).toBe(404);
  });
});

describe('A2: who is let in', () => {
  test.each([
    ['Bearer', { authorization: `Bearer ${TOKEN}` }],
    ['Jupyter’s token', { authorization: `token ${TOKEN}` }],
  ])('%s', async (_, headers) => {
    expect((await get('/api/me', headers)).status).toBe(200);
  });

  test('the query’s token, also on WebSockets', async () => {
    expect((await get(`/api/me?token=${TOKEN}`)).status).toBe(200);
    expect(await knock(`/api/events/subscribe?token=${TOKEN}`)).toBe(101);
    expect(await knock('/api/events/subscribe?token=wrong')).toBe(401);
  });

  test('a wrong token is refused, and the identity is who signed in', async () => {
    expect((await get('/api/me', { authorization: 'Bearer wrong' })).status).toBe(401);
    const me = (await (await get('/api/me', { authorization: `Bearer ${TOKEN}` })).json()) as { identity: unknown };
    expect(me.identity).toMatchObject({ name: 'ada lovelace', initials: 'AL', display_name: 'Ada lovelace' });
  });
});

describe('A3, A4: browsers', () => {
  test('A3: a page opened with a token gets the cookie and the clean address', async () => {
    const answer = await get(`/lab/tree/x?token=${TOKEN}&reset=1`, html);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/lab/tree/x?reset=1');
    expect(answer.headers.get('set-cookie')).toMatch(/^daybook-session-\d+=[\w-]{43}; .*HttpOnly; SameSite=Lax$/);
    const wrong = await get('/lab?token=nope', html);
    expect(wrong.headers.get('location')).toMatch(/^\/login\?wrong=1/);
  });

  test('A4: the cookie signs in, also WebSockets, until it signs out', async () => {
    const cookie = await signIn();
    expect((await get('/api/me', { cookie })).status).toBe(200);
    expect(await knock('/api/events/subscribe', { cookie, origin: server.url })).toBe(101);
    const out = await get('/logout', { cookie, 'sec-fetch-site': 'same-origin' });
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await get('/api/me', { cookie })).status).toBe(401);
  });

  test('A4: only a hash is stored, it outlives a restart, and it ends after its life', async () => {
    let time = 1_000;
    const sessions = await openSessions(server.home.workspaces, () => time);
    const id = await sessions.create();
    const file = join(server.home.workspaces, 'sessions.json');
    expect(await readFile(file, 'utf8')).not.toContain(id);
    expect((await stat(file)).mode & 0o077).toBe(0);
    const again = await openSessions(server.home.workspaces, () => time);
    expect(again.find(id)).toBeDefined();
    time += SESSION_LIFE;
    expect(again.find(id)).toBeUndefined();
  });

  test('A4: cookies of two servers on one machine do not meet', () => {
    expect(cookieName('localhost:8888')).not.toBe(cookieName('localhost:8889'));
    expect(sessionCookie('a=b; daybook-session-80=x; c', 'h:80')).toBe('x');
    expect(sessionCookie('daybook-session-80=x', 'h:81')).toBeUndefined();
  });

  test('the sign-in form', async () => {
    const page = await get('/login?next=/lab/tree/x');
    expect(await page.text()).toContain('value="/lab/tree/x"');
    const post = (token: string, headers = {}) =>
      fetch(`${server.url}/login`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams({ token, next: '/lab/x' }),
      });
    expect((await post(TOKEN)).headers.get('location')).toBe('/lab/x');
    expect((await post('wrong')).status).toBe(401);
    expect((await post(TOKEN, { origin: 'http://evil.example' })).status).toBe(403);
  });
});

describe('A5: other sites', () => {
  test('cannot change anything or open a socket with the user’s cookie', async () => {
    const cookie = await signIn();
    const evil = { cookie, origin: 'http://evil.example' };
    expect((await get('/api/kernels', evil, 'POST')).status).toBe(403);
    expect((await get('/api/contents/x', evil, 'DELETE')).status).toBe(403);
    expect((await get('/logout', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await knock('/api/events/subscribe', evil)).toBe(403);
    expect(await knock('/api/events/subscribe', { cookie, origin: 'null' })).toBe(403);
    expect((await get('/api/me', evil)).status).toBe(200);
    expect((await get('/api/contents', { cookie, origin: server.url }, 'POST')).status).toBe(201);
  });

  test('A8: cannot reach the server under a name of their own', async () => {
    const { request } = await import('node:http');
    const status = (host: string) =>
      new Promise((resolve) => {
        request(`${server.url}/health`, { headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).end();
      });
    expect(await status('evil.example')).toBe(421);
    expect(await status('localhost:1')).toBe(200);
    expect(await status('192.168.0.7:8888')).toBe(200);
    expect(await status('[::1]:8888')).toBe(200);
  });
});

describe('A6: guessing', () => {
  test('is slowed down per address and forgotten after the window', () => {
    let time = 0;
    const throttle = createThrottle({ limit: 3, window: 1_000, now: () => time });
    for (let index = 0; index < 3; index++) {
      throttle.check('a');
      throttle.failed('a');
    }
    expect(() => throttle.check('a')).toThrow(expect.objectContaining({ code: 'too_many_attempts', status: 429 }));
    throttle.check('b');
    time = 1_001;
    throttle.check('a');
  });

  test('also refuses the right token while it is slowed down', async () => {
    const auth = createAuth({ token: TOKEN, sessions: await openSessions(server.home.trash), owner: identityOf('x') });
    for (let index = 0; index < 10; index++) expect(await auth.signIn(`wrong ${index}`, 'a')).toBeUndefined();
    await expect(auth.signIn(TOKEN, 'a')).rejects.toMatchObject({ code: 'too_many_attempts' });
    expect(await auth.signIn(TOKEN, 'b')).toEqual(expect.any(String));
  });
});

test.each([
  ['/lab/tree/x?y=1', '/lab/tree/x?y=1'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/a\nb', '/'],
  [undefined, '/'],
])('A7: after signing in, next=%j leads to %j', (next, path) => {
  expect(localPath(next)).toBe(path);
});

test('A9: the token is made once, kept private, and a fixed one wins', async () => {
  const token = await homeToken(server.home.auth, undefined);
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect(await homeToken(server.home.auth, undefined)).toBe(token);
  expect((await stat(join(server.home.auth, 'token'))).mode & 0o777).toBe(0o600);
  expect(await homeToken(server.home.auth, 'fixed-fixed-fixed')).toBe('fixed-fixed-fixed');
});
