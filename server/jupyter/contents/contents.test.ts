import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../server.fixture.ts';
import type { ContentsModel } from './model.ts';

// What the stock front end itself checks each answer with.
const { validateContentsModel, validateCheckpointModel } = createRequire(import.meta.url)(
  '@jupyterlab/services/lib/contents/validate.js',
) as { validateContentsModel(model: unknown): void; validateCheckpointModel(model: unknown): void };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const notebook = (source: unknown, extra = {}) => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ id: 'a', cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source }],
  ...extra,
});

async function model(method: string, path: string, body?: unknown, status = 200): Promise<ContentsModel> {
  const answer = await server.ask(method, `/api/contents${path}`, body);
  expect(answer.status, `${method} ${path}`).toBe(status);
  const found = (await answer.json()) as ContentsModel;
  validateContentsModel(found);
  return found;
}

async function failure(method: string, path: string, body?: unknown) {
  const answer = await server.ask(method, `/api/contents${path}`, body);
  return { status: answer.status, ...((await answer.json()) as { message: string; reason: string; code: string }) };
}

const put = (path: string, body: unknown) => model('PUT', path, body);
const onDisk = (path: string) => readFile(join(server.root, path), 'utf8');

describe('C4: models', () => {
  test('folders, files, notebooks: with and without content, every field present', async () => {
    await put('/data', { type: 'directory' });
    await put('/data/a%20b%2Fc.txt'.replace('%2F', '-'), { type: 'file', format: 'text', content: 'häß' });
    await put('/n.ipynb', { type: 'notebook', format: 'json', content: notebook('1+1\n2') });
    const listing = await model('GET', '?content=1&hash=0&contentProviderId=undefined');
    expect((listing.content as ContentsModel[]).map(({ name, type }) => [name, type]).sort()).toEqual([
      ['data', 'directory'],
      ['n.ipynb', 'notebook'],
    ]);
    for (const child of listing.content as ContentsModel[]) validateContentsModel(child);
    const file = await model('GET', '/data/a%20b-c.txt?content=1&hash=1');
    expect(file).toMatchObject({
      name: 'a b-c.txt',
      path: 'data/a b-c.txt',
      content: 'häß',
      format: 'text',
      mimetype: 'text/plain',
      writable: true,
    });
    expect(file.hash).toBe(createHash('sha256').update('häß').digest('hex'));
    expect(await model('GET', '/data/a%20b-c.txt?content=0&hash=1')).toMatchObject({
      content: null,
      format: null,
      hash: file.hash,
      hash_algorithm: 'sha256',
    });
    expect(await model('GET', '/data?content=0')).toMatchObject({ type: 'directory', content: null, size: null });
  });

  test('bytes come as base64, text can be asked for as text only', async () => {
    const bytes = Buffer.from([0, 1, 255]);
    await put('/x.bin', { type: 'file', format: 'base64', content: bytes.toString('base64') });
    expect(await model('GET', '/x.bin')).toMatchObject({ format: 'base64', content: bytes.toString('base64') });
    expect(await failure('GET', '/x.bin?format=text')).toMatchObject({ status: 400, code: 'not_text' });
    expect(await model('GET', '/data/a%20b-c.txt?format=base64&type=file')).toMatchObject({ format: 'base64' });
  });

  test('a missing file and a wrong type are named, in Jupyter’s shape', async () => {
    expect(await failure('GET', '/nope.txt')).toMatchObject({
      status: 404,
      code: 'file_not_found',
      reason: expect.any(String),
      message: expect.stringContaining('nope.txt'),
    });
    expect(await failure('GET', '/data?type=file')).toMatchObject({ status: 400, code: 'wrong_type' });
    expect(await failure('GET', '/n.ipynb?type=thing')).toMatchObject({ status: 400, code: 'bad_request' });
    expect(await failure('GET', '/..%2f..%2fetc/passwd')).toMatchObject({
      status: 404,
      code: 'path_outside_workspace',
    });
    expect(await failure('GET', '/%zz')).toMatchObject({ status: 400, code: 'bad_path' });
  });
});

describe('C5: notebooks', () => {
  test('stand in files as nbformat writes them and come whole in the API', async () => {
    const outputs = [
      { output_type: 'stream', name: 'stdout', text: 'a\nb\n' },
      { output_type: 'display_data', metadata: {}, data: { 'text/html': '<b>\n</b>', 'application/json': ['x', 'y'] } },
    ];
    const content = notebook('1+1\n2');
    Object.assign(content.cells[0] ?? {}, { outputs });
    await put('/whole.ipynb', { type: 'notebook', format: 'json', content });
    const file = JSON.parse(await onDisk('whole.ipynb'));
    expect(file.cells[0].source).toEqual(['1+1\n', '2']);
    expect(file.cells[0].outputs[0].text).toEqual(['a\n', 'b\n']);
    expect(file.cells[0].outputs[1].data['application/json']).toEqual(['x', 'y']);
    expect(await onDisk('whole.ipynb')).toMatch(/^\{\n "cells": \[/);
    const read = await model('GET', '/whole.ipynb');
    expect(read.content).toEqual(content);
    expect(read.format).toBe('json');
  });

  test.each([
    ['text after it', '{"nbformat": 4} x', 'line 1, column 17: something follows'],
    ['a missing comma', '{\n "a": 1\n "b": 2}', 'line 3, column 2: a comma or }'],
    ['a cut-off file', '{"cells": [', 'the file ends too early'],
    ['nothing in it', '', 'empty'],
    ['an old format', '{"nbformat": 3, "metadata": {}, "worksheets": []}', 'format 3'],
    ['no cells', '{"nbformat": 4, "metadata": {}}', '“cells”'],
    ['a cell without source', '{"nbformat":4,"metadata":{},"cells":[{"cell_type":"code"}]}', 'cell 1'],
  ])('C6: with %s: refused with the place, unchanged, and readable as text', async (_, text, part) => {
    await writeFile(join(server.root, 'broken.ipynb'), text);
    const found = await failure('GET', '/broken.ipynb');
    expect(found).toMatchObject({ status: 400, code: 'bad_notebook' });
    expect(found.message).toContain(part);
    expect(found.message).toContain('open it as text');
    expect(await model('GET', '/broken.ipynb?type=file&format=text')).toMatchObject({ type: 'file', content: text });
    expect(await onDisk('broken.ipynb')).toBe(text);
  });

  test('C6: a broken notebook is not saved over a good one', async () => {
    const before = await onDisk('n.ipynb');
    expect(await failure('PUT', '/n.ipynb', { type: 'notebook', content: { nbformat: 4 } })).toMatchObject({
      code: 'bad_notebook',
    });
    expect(await failure('PUT', '/n.ipynb', 'x'.slice(1) as never)).toMatchObject({ status: 400 });
    expect(await onDisk('n.ipynb')).toBe(before);
  });
});

describe('C7: making, copying, moving, deleting', () => {
  test('untitled names are free ones', async () => {
    expect((await model('POST', '', { type: 'notebook' }, 201)).path).toBe('Untitled.ipynb');
    expect((await model('POST', '', { type: 'notebook' }, 201)).path).toBe('Untitled1.ipynb');
    expect((await model('POST', '/data', { type: 'file', ext: '.md' }, 201)).path).toBe('data/untitled.md');
    expect((await model('POST', '', { type: 'directory' }, 201)).path).toBe('Untitled Folder');
    expect((await model('POST', '', { type: 'directory' }, 201)).path).toBe('Untitled Folder 1');
    expect(await model('GET', '/Untitled.ipynb')).toMatchObject({
      content: { nbformat: 4, cells: [{ cell_type: 'code', source: '', outputs: [] }] },
    });
  });

  test('a folder is not copied into itself', async () => {
    for (const from of ['', '/data'])
      expect((await server.ask('POST', '/api/contents/data', { copy_from: from })).status, from).toBe(400);
  });

  test('a copy, a rename, a taken name', async () => {
    expect((await model('POST', '/data', { copy_from: '/n.ipynb' }, 201)).path).toBe('data/n-Copy1.ipynb');
    const moved = await model('PATCH', '/data/n-Copy1.ipynb', { path: 'data/renamed ä.ipynb' });
    expect(moved).toMatchObject({ name: 'renamed ä.ipynb', type: 'notebook' });
    expect(await failure('PATCH', '/n.ipynb', { path: 'data/renamed ä.ipynb' })).toMatchObject({
      status: 409,
      code: 'file_exists',
    });
    expect((await server.ask('DELETE', `/api/contents/data/${encodeURIComponent('renamed ä.ipynb')}`)).status).toBe(
      204,
    );
    expect(await readdir(server.home.trash)).not.toEqual([]);
  });
});

describe('C8: checkpoints', () => {
  test('are made, listed, restored, deleted, and follow a rename', async () => {
    const at = '/api/contents/data/cp.txt/checkpoints';
    await put('/data/cp.txt', { type: 'file', format: 'text', content: 'one' });
    expect(await (await server.ask('GET', at)).json()).toEqual([]);
    const made = await server.ask('POST', at);
    expect(made.status).toBe(201);
    validateCheckpointModel(await made.json());
    await put('/data/cp.txt', { type: 'file', format: 'text', content: 'two' });
    await model('PATCH', '/data', { path: 'data2' });
    const there = '/api/contents/data2/cp.txt/checkpoints';
    expect(await (await server.ask('GET', there)).json()).toHaveLength(1);
    expect((await server.ask('POST', `${there}/checkpoint`)).status).toBe(204);
    expect(await onDisk('data2/cp.txt')).toBe('one');
    expect((await server.ask('DELETE', `${there}/checkpoint`)).status).toBe(204);
    expect((await server.ask('POST', `${there}/checkpoint`)).status).toBe(404);
  });
});

describe('C9: uploads in parts', () => {
  const bytes = randomBytes(2_500_000);
  const part = (path: string, chunk: number, from: number, to: number) =>
    server.ask('PUT', `/api/contents/${path}`, {
      type: 'file',
      format: 'base64',
      chunk,
      content: bytes.subarray(from, to).toString('base64'),
    });

  test('appear whole and only when the last part is there', async () => {
    expect((await part('big.bin', 1, 0, 1_000_000)).status).toBe(200);
    expect((await part('big.bin', 2, 1_000_000, 2_000_000)).status).toBe(200);
    expect((await server.ask('GET', '/api/contents/big.bin')).status).toBe(404);
    const last = await part('big.bin', -1, 2_000_000, 2_500_000);
    validateContentsModel(await last.json());
    expect((await readFile(join(server.root, 'big.bin'))).equals(bytes)).toBe(true);
    expect((await readdir(server.root)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a part out of order ends the upload and leaves the old file', async () => {
    await part('big.bin', 1, 0, 10);
    const wrong = await part('big.bin', 3, 20, 30);
    expect(wrong.status).toBe(409);
    expect(await wrong.json()).toMatchObject({ code: 'upload_out_of_order' });
    expect((await part('big.bin', -1, 10, 20)).status).toBe(409);
    expect((await readFile(join(server.root, 'big.bin'))).equals(bytes)).toBe(true);
    expect((await readdir(server.root)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('one part that is the last one', async () => {
    expect((await part('one.bin', 1, 0, 5)).status).toBe(200);
    expect((await part('one.bin', -1, 5, 9)).status).toBe(200);
    expect((await readFile(join(server.root, 'one.bin'))).equals(bytes.subarray(0, 9))).toBe(true);
  });
});

test('C10: files are served as bytes, in a sandbox', async () => {
  await put('/evil.html', { type: 'file', format: 'text', content: '<script>alert(1)</script>' });
  const answer = await server.ask('GET', '/files/evil.html?download=1');
  expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  expect(await answer.text()).toContain('<script>');
  expect((await server.ask('GET', '/files/%2e%2e%2fsecret')).status).toBe(404);
});
