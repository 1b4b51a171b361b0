import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestSession, type Session } from './testing/client.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { serve, type TestServer } from './testing/serve.ts';

let home: TestHome;
let server: TestServer;
const start = async () => {
  server = await serve(home.path);
};

beforeEach(async () => {
  home = await createHome();
  await home.put('n.ipynb', notebookOf({ a: 'one', b: 'two' }));
});
afterEach(async () => {
  await server.close();
  await home.remove();
});

describe('sessions', () => {
  test('the first request makes the document (201), later ones find it (200) [R3]', async () => {
    await start();
    const first = await requestSession(server.url, 'n.ipynb');
    const again = await requestSession(server.url, 'n.ipynb');
    expect([first.status, again.status]).toEqual([201, 200]);
    const session = (await first.json()) as Session;
    expect(session).toMatchObject({
      format: 'json',
      type: 'notebook',
      fileId: expect.any(String),
      sessionId: expect.any(String),
    });
    expect(((await again.json()) as Session).fileId).toBe(session.fileId);
  });

  test('a missing file, a path outside, an unknown kind and a broken body are refused', async () => {
    await start();
    expect((await requestSession(server.url, 'none.ipynb')).status).toBe(404);
    expect((await requestSession(server.url, '../n.ipynb')).status).toBeGreaterThanOrEqual(400);
    const kind = await requestSession(server.url, 'n.ipynb', { format: 'json', type: 'drawing' });
    expect([kind.status, ((await kind.json()) as { code: string }).code]).toEqual([400, 'document_type_unsupported']);
    const broken = await fetch(`${server.url}/api/collaboration/session/n.ipynb`, { method: 'PUT', body: '{' });
    expect(broken.status).toBe(400);
    expect((await fetch(`${server.url}/api/collaboration/timeline/n.ipynb`)).status).toBe(404);
  });
});
