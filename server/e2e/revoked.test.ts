import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startDaybook } from '../../docker/services/daybook.ts';
import { withFolder } from '../../docker/services/folder.ts';
import { cookieHeader, endSession, mintSession } from '../auth/testing.ts';
import { buildMissing } from '../bin/build.mjs';

test('A11 R21: a session that another program ends closes its open document with 4403', async () => {
  await buildMissing();
  await withFolder(async (folder) => {
    const home = join(folder, 'home');
    const daybook = await startDaybook({ home });
    try {
      const session = await mintSession(home, { name: 'grace', role: 'viewer' });
      const headers = { cookie: cookieHeader(daybook.url, session) };
      const ask = (body: object) =>
        fetch(`${daybook.url}/api/collaboration/session/Welcome.ipynb`, {
          method: 'PUT',
          headers,
          body: JSON.stringify(body),
        });
      const { fileId } = (await (await ask({ format: 'json', type: 'notebook' })).json()) as { fileId: string };
      const refused = await fetch(`${daybook.url}/api/contents/Welcome.ipynb`, { method: 'DELETE', headers });
      expect(refused.status).toBe(403);
      const room = `${daybook.url.replace('http', 'ws')}/api/collaboration/room/json:notebook:${fileId}`;
      const socket = new WebSocket(room, { headers });
      await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      const since = performance.now();
      await endSession(home, session);
      expect(await closed).toBe(4403);
      expect(performance.now() - since).toBeLessThan(10_000); // within a second on an idle machine
      expect((await ask({ format: 'json', type: 'notebook' })).status).toBe(401);
    } finally {
      await daybook.stop();
    }
  });
}, 180_000);
