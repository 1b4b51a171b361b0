import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startTestServer, type TestServer } from '../jupyter/server.fixture.ts';
import { actionOf } from './action-of.ts';
import { identityOf, userId } from './identity.ts';
import { ACTIONS, allows, ROLES, type Role } from './roles.ts';
import { openSessions } from './sessions.ts';
import { browserCookie, cookieHeader, endSession, mintSession } from './testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const MATRIX: Record<Role, readonly boolean[]> = {
  //          read  comment edit   run    manage
  owner: [true, true, true, true, true],
  editor: [true, true, true, true, false],
  commenter: [true, true, false, false, false],
  viewer: [true, false, false, false, false],
};

describe('A10: roles', () => {
  test.each(ROLES)('%s', (role) => {
    expect(ACTIONS.map((action) => allows(role, action))).toEqual(MATRIX[role]);
  });

  const requests = [
    ['GET', '/api/contents/', 'read'],
    ['GET', '/api/me', 'read'],
    ['PUT', '/api/contents/x.txt', 'edit'],
    ['POST', '/api/contents/', 'edit'],
    ['PATCH', '/api/contents/x.txt', 'edit'],
    ['DELETE', '/api/contents/x.txt', 'edit'],
    ['PUT', '/api/collaboration/session/x.txt', 'read'],
    ['POST', '/api/kernels', 'run'],
    ['POST', '/api/sessions', 'run'],
    ['PUT', '/lab/api/settings/x', 'read'],
    ['POST', '/api/v1/comments', 'comment'],
    ['POST', '/api/v1/something-new', 'edit'],
  ] as const;
  for (const role of ROLES) {
    test.each(requests)(`${role}: %s %s needs %s`, async (method, path, action) => {
      expect(actionOf(method, path)).toBe(action);
      const cookie = cookieHeader(server.url, await mintSession(server.home.root, { name: 'grace', role }));
      // An empty body, so that nothing is changed whoever asks.
      const answer = await fetch(server.url + path, { method, headers: { cookie } });
      await answer.body?.cancel();
      expect(answer.status === 403).toBe(!allows(role, action));
    });
  }

  test('a refusal names who, what and whom to ask', async () => {
    const cookie = cookieHeader(server.url, await mintSession(server.home.root, { name: 'grace', role: 'viewer' }));
    const answer = await fetch(`${server.url}/api/v1/x`, { method: 'POST', headers: { cookie } });
    expect(await answer.json()).toMatchObject({
      code: 'not_allowed',
      detail: 'Grace is a viewer here and may not edit.',
    });
  });

  test.each(ROLES)('%s and the kernel’s socket', async (role) => {
    const cookie = cookieHeader(server.url, await mintSession(server.home.root, { name: 'grace', role }));
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/kernels/none/channels`, {
      headers: { cookie },
    });
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode);
      });
      socket.on('error', () => undefined);
    });
    expect(status).toBe(allows(role, 'run') ? 404 : 403);
  });

  test('/api/me says who and as what', async () => {
    const cookie = cookieHeader(server.url, await mintSession(server.home.root, { name: 'grace', role: 'commenter' }));
    const asked = encodeURIComponent(JSON.stringify({ contents: ['read', 'write'], kernels: ['execute'] }));
    const me = await (await fetch(`${server.url}/api/me?permissions=${asked}`, { headers: { cookie } })).json();
    expect(me).toMatchObject({
      identity: { username: 'grace', name: 'grace' },
      role: 'commenter',
      permissions: { contents: ['read'], kernels: [] },
    });
    const ids = ['owner', 'user:owner', 'user:x', 'x'].map(userId);
    expect(new Set([...ids, identityOf('x').id]).size).toBe(5);
    const owner = cookieHeader(server.url, await mintSession(server.home.root, { name: 'owner', role: 'viewer' }));
    const other = await (await fetch(`${server.url}/api/me`, { headers: { cookie: owner } })).json();
    expect(other).toMatchObject({ identity: { username: 'user:owner', name: 'owner' }, role: 'viewer' });
    const bad = await fetch(`${server.url}/api/me?permissions=[3`, { headers: { cookie } });
    expect(await bad.json()).toMatchObject({ permissions: {} });
  });
});

describe('A11: sessions of a running server', () => {
  test('one that another program made is known at once, and survives what the server writes', async () => {
    const session = await mintSession(server.home.root, { name: 'grace', role: 'viewer' });
    const sessions = await openSessions(server.home.auth);
    expect(sessions.find(session)?.user).toEqual({ name: 'grace', role: 'viewer' });
    const own = await sessions.create();
    expect((await openSessions(server.home.auth)).find(session)).toBeDefined();
    expect((await openSessions(server.home.auth)).find(own)?.user).toBeUndefined();
    expect(browserCookie(server.url, session)).toMatchObject({ value: session, url: server.url });
  });

  test('who watches hears within a second that a session ended, wherever that was', async () => {
    const sessions = await openSessions(server.home.auth);
    for (const end of [(id: string) => sessions.end(id), (id: string) => endSession(server.home.root, id)]) {
      const id = await sessions.create({ name: 'grace', role: 'viewer' });
      const told: unknown[] = [];
      const stop = sessions.watch(id, (session) => told.push(session));
      const since = performance.now();
      await end(id);
      await expect.poll(() => told, { interval: 20 }).toEqual([undefined]);
      expect(performance.now() - since).toBeLessThan(5_000); // 0.5 s on an idle machine
      stop();
    }
  });

  test('an expired session is told too, a disposer ends the telling', async () => {
    let time = 0;
    const sessions = await openSessions(server.home.checkpoints, () => time);
    const id = await sessions.create();
    const told: unknown[] = [];
    sessions.watch(id, (session) => told.push(session));
    sessions.watch(id, () => told.push('disposed'))();
    time = 1e12;
    await expect.poll(() => told).toEqual([undefined]);
  });
});
