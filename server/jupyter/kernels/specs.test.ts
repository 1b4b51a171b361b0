import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer } from '../server.fixture.ts';
import { findSpecs } from './specs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-specs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function install(place: string, name: string, json: unknown): Promise<string> {
  const path = join(folder, place, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'kernel.json'), typeof json === 'string' ? json : JSON.stringify(json));
  return path;
}
const kernel = (display_name: string, more: object = {}) => ({ argv: ['x'], display_name, language: 'l', ...more });

/** A look at the folders whose clock is in our hands. */
function look(trusted: string[], installed: string[]) {
  const lines: string[] = [];
  const log = pino(
    { level: 'warn' },
    new Writable({ write: (chunk, _, done) => done(void lines.push(String(chunk))) }),
  );
  let time = 0;
  const places = (names: string[]) => names.map((name) => join(folder, name));
  const specs = findSpecs({ trusted: places(trusted), installed: places(installed), log, now: () => time });
  return { lines, specs, later: () => (time += 10_000) };
}

test('F1: the first of a name wins; names are read as Jupyter reads them', async () => {
  await install('own', 'daybook', kernel('Ours'));
  await install('a', 'Python3', kernel('First'));
  await install('b', 'python3', kernel('Second'));
  await install('b', 'daybook', kernel('Theirs'));
  await install('b', 'not a name', kernel('No'));
  const specs = await look(['own'], ['a', 'b', 'absent']).specs();
  expect([...specs].map(([name, { spec }]) => `${name} ${spec.display_name}`)).toEqual([
    'daybook Ours',
    'python3 First',
  ]);
});

test('F2: a broken kernelspec is left out and named in the log, once', async () => {
  const broken = await install('a', 'broken', '{');
  await install('a', 'short', { display_name: 'no argv' });
  await install('a', 'good', kernel('Good'));
  const { specs, lines, later } = look([], ['a']);
  expect([...(await specs()).keys()]).toEqual(['good']);
  later();
  await specs();
  expect(lines.filter((line) => line.includes(join(broken, 'kernel.json')))).toHaveLength(1);
  expect(lines).toHaveLength(2);
});

test('F2: what is installed, changed or removed while the server runs is seen', async () => {
  const { specs, later } = look([], ['a']);
  expect((await specs()).size).toBe(0);
  const path = await install('a', 'new', kernel('New'));
  later();
  expect((await specs()).get('new')?.spec.display_name).toBe('New');
  await install('a', 'new', kernel('Changed name'));
  later();
  expect((await specs()).get('new')?.spec.display_name).toBe('Changed name');
  await rm(path, { recursive: true });
  later();
  expect((await specs()).size).toBe(0);
});

test('F2: only a folder of ours may name a module to load into the server', async () => {
  const json = kernel('F', { metadata: { daybook: { front: 'front.js' } } });
  await install('own', 'mine', json);
  await install('a', 'foreign', json);
  const specs = await look(['own'], ['a']).specs();
  expect(specs.get('mine')?.front).toBe(join(folder, 'own/mine/front.js'));
  expect(specs.get('foreign')?.front).toBeUndefined();
});

test('F2: logos are served, and nothing else of the folder', async () => {
  const path = await install('jupyter/kernels', 'k', kernel('K', { env: { SECRET: '1' } }));
  await writeFile(join(path, 'logo-svg.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(path, 'private.txt'), 'no');
  const server = await startTestServer({ jupyterFolders: [join(folder, 'jupyter')] });
  const listed = (await (await server.ask('GET', '/api/kernelspecs')).json()) as {
    default: string;
    kernelspecs: Record<string, { resources: Record<string, string> }>;
  };
  expect(listed.default).toBe('daybook');
  expect(Object.keys(listed.kernelspecs)).toEqual(['daybook', 'k']);
  expect(listed.kernelspecs.k?.resources).toEqual({ 'logo-svg': '/kernelspecs/k/logo-svg.svg' });
  const logo = await server.ask('GET', '/kernelspecs/k/logo-svg.svg');
  expect([logo.status, logo.headers.get('content-type')]).toEqual([200, expect.stringContaining('image/svg+xml')]);
  for (const file of ['private.txt', 'kernel.json', '..%2fk%2fprivate.txt', '%2e%2e%2fk%2fkernel.json'])
    expect((await server.ask('GET', `/kernelspecs/k/${file}`)).status).toBe(404);
  await server.stop();
});
