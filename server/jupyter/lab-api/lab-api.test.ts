import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../auth/roles.ts';
import { cookieHeader, mintSession } from '../../auth/testing.ts';
import { startTestServer, type TestServer } from '../server.fixture.ts';
import { override } from './schemas.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const lab = join(server.folder, 'lab');
  await mkdir(join(lab, 'schemas/@jupyterlab/notebook-extension'), { recursive: true });
  await mkdir(join(lab, 'themes/ours'), { recursive: true });
  const schema = {
    type: 'object',
    properties: {
      windowingMode: { type: 'string', default: 'defer' },
      cell: { type: 'object', default: { a: 1, b: 2 } },
    },
  };
  await writeFile(join(lab, 'schemas/@jupyterlab/notebook-extension/tracker.json'), JSON.stringify(schema));
  await writeFile(join(lab, 'schemas/@jupyterlab/notebook-extension/package.json.orig'), '{"version": "4.6.4"}');
  await writeFile(
    join(lab, 'overrides.json'),
    JSON.stringify({
      '@jupyterlab/notebook-extension:tracker': { windowingMode: 'full', cell: { b: 3 }, added: true },
    }),
  );
  await writeFile(
    join(lab, 'index.json'),
    JSON.stringify({ scripts: ['main.0123456789ab.js'], styles: ['a.css'], preload: ['b.woff2'] }),
  );
  await writeFile(
    join(lab, 'page.json'),
    JSON.stringify({ disabledExtensions: ['a:b'], deferredExtensions: [], mystery: '</script><script>alert(1)//' }),
  );
  await writeFile(
    join(lab, 'workspace.json'),
    JSON.stringify({ data: { 'layout-restorer:data': {} }, metadata: { id: 'default' } }),
  );
  await writeFile(join(lab, 'themes/ours/index.css'), 'body {}');
});
afterAll(() => server.stop());

const ID = '@jupyterlab/notebook-extension:tracker';
const SETTINGS = '/lab/api/settings';
const json = async (path: string) => (await server.ask('GET', path)).json();

describe('L1: settings', () => {
  test('defaults of the product are merged into the schemas', async () => {
    const found = (await json(`${SETTINGS}/${encodeURIComponent(ID)}`)) as {
      schema: { properties: Record<string, { default: unknown }> };
      version: string;
      raw: string;
    };
    expect(found.schema.properties.windowingMode).toEqual({ type: 'string', default: 'full' });
    expect(found.schema.properties.cell?.default).toEqual({ a: 1, b: 3 });
    expect(found.schema.properties.added).toEqual({ default: true });
    expect(found).toMatchObject({ id: ID, version: '4.6.4', raw: '{}' });
    expect(await json(`${SETTINGS}?ids_only=true`)).toEqual({ settings: [{ id: ID }] });
    expect(((await json(SETTINGS)) as { settings: unknown[] }).settings).toHaveLength(1);
  });

  test('the user’s are kept as typed, comments included, and refused when they are not JSON5', async () => {
    const raw = '{\n  // mine\n  windowingMode: "none",\n}';
    expect((await server.ask('PUT', `${SETTINGS}/${ID}`, { raw })).status).toBe(204);
    expect(await json(`${SETTINGS}/${ID}`)).toMatchObject({
      raw,
      settings: { windowingMode: 'none' },
      last_modified: expect.any(String),
    });
    const refused = await server.ask('PUT', `${SETTINGS}/${ID}`, { raw: '{' });
    expect(refused.status).toBe(400);
    expect(await json(`${SETTINGS}/${ID}`)).toMatchObject({ raw });
  });

  test('everybody has their own, a viewer too, and nobody sees another’s', async () => {
    const as = async (name: string, role: Role) => {
      const cookie = cookieHeader(server.url, await mintSession(server.home.root, { name, role }));
      const headers = { cookie, origin: server.url, 'content-type': 'application/json' };
      return async (raw?: string) => {
        const init = raw === undefined ? { headers } : { method: 'PUT', headers, body: JSON.stringify({ raw }) };
        const answer = await fetch(`${server.url}${SETTINGS}/${ID}`, init);
        return raw === undefined ? ((await answer.json()) as { raw: string }).raw : String(answer.status);
      };
    };
    const [vera, ada, owner] = [await as('vera', 'viewer'), await as('ada', 'editor'), await as('owner', 'viewer')];
    const mine = ((await json(`${SETTINGS}/${ID}`)) as { raw: string }).raw;
    expect(await vera('{"a": 1}')).toBe('204');
    expect([await vera(), await ada(), await owner()]).toEqual(['{"a": 1}', '{}', '{}']);
    expect(await owner('{"b": 1}')).toBe('204');
    expect(await json(`${SETTINGS}/${ID}`)).toMatchObject({ raw: mine });
    expect(await ada(`"${'x'.repeat(500_000)}"`)).toBe('400');
  });

  test('an id that is no schema never becomes a file', async () => {
    for (const id of ['..%2f..%2fx:y', 'nope:nope', '%2e%2e:x']) {
      expect((await server.ask('PUT', `${SETTINGS}/${id}`, { raw: '{}' })).status).toBe(404);
    }
    expect(await readdir(server.home.root)).not.toContain('x');
  });

  test('null in an override takes a key out', () => {
    expect(override({ properties: { p: { default: { a: 1, b: 2 } } } }, { p: { a: null } })).toEqual({
      properties: { p: { default: { b: 2 } } },
    });
  });
});

describe('L2: layouts', () => {
  test('start as the front end’s default, are saved, listed and deleted', async () => {
    expect(await json('/lab/api/workspaces/default')).toEqual({
      data: { 'layout-restorer:data': {} },
      metadata: { id: 'default' },
    });
    const layout = { data: { x: 1 }, metadata: { id: 'default' } };
    expect((await server.ask('PUT', '/lab/api/workspaces/default', layout)).status).toBe(204);
    expect((await server.ask('PUT', '/lab/api/workspaces/other', layout)).status).toBe(400);
    expect(await json('/lab/api/workspaces/default')).toMatchObject({
      data: { x: 1 },
      metadata: { id: 'default', last_modified: expect.any(String) },
    });
    expect(await json('/lab/api/workspaces')).toMatchObject({ workspaces: { ids: ['default'] } });
    expect((await server.ask('DELETE', '/lab/api/workspaces/default')).status).toBe(204);
    expect(await json('/lab/api/workspaces')).toMatchObject({ workspaces: { ids: [] } });
  });

  test('ids that look like paths stay names', async () => {
    const id = '../../evil';
    expect(
      (await server.ask('PUT', `/lab/api/workspaces/${encodeURIComponent(id)}`, { data: {}, metadata: { id } })).status,
    ).toBe(204);
    expect((await readdir(server.home.workspaces)).every((name) => name.endsWith('.jupyterlab-workspace'))).toBe(true);
    expect(await json(`/lab/api/workspaces/${encodeURIComponent(id)}`)).toMatchObject({ metadata: { id } });
  });
});

describe('L3: the page', () => {
  test('holds the configuration, safe against what is in it', async () => {
    const text = await (await server.ask('GET', '/lab/tree/a%20b/c.ipynb')).text();
    expect(text).toContain('<body class="jp-ThemedContainer">');
    expect(text).toContain('<script defer src="/static/lab/main.0123456789ab.js">');
    const data = /<script id="jupyter-config-data" type="application\/json">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
    expect(JSON.parse(data)).toMatchObject({
      appUrl: '/lab',
      baseUrl: '/',
      wsUrl: server.url.replace('http', 'ws'),
      treePath: 'a b/c.ipynb',
      disabledExtensions: ['a:b'],
      federated_extensions: [],
      mystery: '</script><script>alert(1)//',
    });
  });

  test('tells how to build when the front end is missing', async () => {
    const bare = await startTestServer();
    const answer = await bare.ask('GET', '/lab');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm start');
    await bare.stop();
  });

  test('themes, translations, account, config and the rest answer as the front end expects', async () => {
    expect((await server.ask('GET', '/lab/api/themes/ours/index.css')).headers.get('content-type')).toContain(
      'text/css',
    );
    expect(await json('/lab/api/translations/de')).toEqual({ data: {}, message: '' });
    expect(await json('/api/nbconvert')).toEqual({});
    expect(await json('/api/me?permissions=%7B%22contents%22%3A%5B%22read%22%5D%7D')).toMatchObject({
      permissions: { contents: ['read'] },
    });
    expect(await json('/api/config/notebook')).toEqual({});
    expect(await (await server.ask('PATCH', '/api/config/notebook', { a: { b: 1, c: 2 } })).json()).toEqual({
      a: { b: 1, c: 2 },
    });
    expect(await (await server.ask('PATCH', '/api/config/notebook', { a: { b: null } })).json()).toEqual({
      a: { c: 2 },
    });
    expect((await server.ask('GET', '/api/config/..%2f..%2fx')).status).toBe(400);
    expect((await server.ask('GET', '/lsp/status')).status).toBe(404);
  });
});

test('L4: prebuilt labextensions are listed, served, and bring their settings and what they disable', async () => {
  const folder = join(server.folder, 'extensions');
  const place = join(folder, '@acme/chart');
  await mkdir(join(place, 'static'), { recursive: true });
  await mkdir(join(place, 'schemas/@acme/chart'), { recursive: true });
  await mkdir(join(folder, 'broken'));
  await writeFile(join(folder, 'broken/package.json'), '{"name": "broken"}');
  await writeFile(join(place, 'static/remoteEntry.0123456789ab.js'), 'x');
  await writeFile(join(place, 'schemas/@acme/chart/plugin.json'), '{"properties": {}}');
  const _build = { load: 'static/remoteEntry.0123456789ab.js', extension: './extension' };
  await writeFile(
    join(place, 'package.json'),
    JSON.stringify({ name: '@acme/chart', jupyterlab: { _build, disabledExtensions: ['x:y'] } }),
  );
  const other = await startTestServer({ lab: join(server.folder, 'lab'), labextensions: [folder] });
  const page = await (await other.ask('GET', '/lab')).text();
  expect(page).toContain(
    '"federated_extensions":[{"name":"@acme/chart","load":"static/remoteEntry.0123456789ab.js","extension":"./extension"}]',
  );
  expect(page).toContain('"disabledExtensions":["a:b","x:y"]');
  expect((await other.ask('GET', `/lab/extensions/@acme/chart/${_build.load}`)).status).toBe(200);
  expect((await other.ask('GET', '/lab/extensions/@acme/chart/static/..%2fpackage.json')).status).toBe(404);
  expect((await other.ask('GET', `${SETTINGS}/@acme/chart:plugin`)).status).toBe(200);
  await other.stop();
});
