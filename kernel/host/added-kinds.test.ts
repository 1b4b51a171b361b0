import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';

let folder: string;
let client: Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-added-'));
  await write('good', "export const run = async (cell, context) => context.display({ 'text/plain': cell.options.a });");
  await write('empty', 'export const nothing = 1;');
  await write('throws', "export async function run() {\n  throw new RangeError('out of range');\n}");
  await write('unreadable', 'export const = ;');
  const kinds = ['good', 'empty', 'throws', 'unreadable', 'gone'].map((id) => ({ id, from: `p-${id}`, run: file(id) }));
  client = await Client.start({}, '.', { kinds, failures: [] });
});
afterAll(async () => {
  await client.stop();
  await rm(folder, { recursive: true, force: true });
});

const file = (id: string) => join(folder, `${id}.js`);
const write = (id: string, source: string) => writeFile(file(id), source);

test('K18 an added kind runs, and a change of its module is seen by the next cell', async () => {
  const shown = async (source: string) => (await client.run(source)).outputs.map(({ content }) => content.data);
  expect(await shown('%%good a=1')).toEqual([{ 'text/plain': '1' }]);
  await write('good', "export const run = async (_cell, context) => context.display({ 'text/plain': 'changed' });");
  expect(await shown('%%good a=1')).toEqual([{ 'text/plain': 'changed' }]);
});

test.each([
  ['empty', 'BadCellKind', 'p-empty'],
  ['throws', 'RangeError', 'out of range'],
  ['unreadable', 'SyntaxError', ''],
  ['gone', 'ModuleNotFound', 'gone.js'],
])('K18 an added kind that is wrong (%s) fails its cell only', async (id, ename, part) => {
  const { content } = await client.run(`%%${id}`);
  expect(content).toMatchObject({ status: 'error', ename, evalue: expect.stringContaining(part) });
  expect((await client.run('1 + 1')).value).toBe('2');
});
