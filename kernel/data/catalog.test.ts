import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { tempFolder } from './testing.ts';

let folder: Awaited<ReturnType<typeof tempFolder>>;
let engine: Engine;
beforeAll(async () => {
  folder = await tempFolder();
  await mkdir(join(folder.path, 'nb/more'), { recursive: true });
  await writeFile(join(folder.path, 'nb/my-sales.csv'), 'amount,region\n1,north\n');
  await writeFile(join(folder.path, 'other.json'), '[{"a": 1}]');
  await writeFile(join(folder.path, 'nb/more/read.md'), 'no data');
  engine = await Engine.create({ kernelId: 'k', cwd: join(folder.path, 'nb'), workspace: folder.path });
});
afterAll(async () => {
  await engine.close();
  await folder.remove();
});

test('K72 the catalog has named results, tables of all databases and data files', async () => {
  await engine.query("select 1 as n, 'x' as name", { name: 'two' });
  await engine.query('create schema s; create table s.deep (d date)');
  await engine.query("attach ':memory:' as other; create table other.t (x double)");
  const { tables, files } = await engine.catalog();
  expect(tables).toEqual([
    {
      name: 'two',
      columns: [
        { name: 'n', type: 'INTEGER' },
        { name: 'name', type: 'VARCHAR' },
      ],
    },
    { name: 's.deep', columns: [{ name: 'd', type: 'DATE' }] },
    { name: 'other.main.t', columns: [{ name: 'x', type: 'DOUBLE' }] },
  ]);
  expect(files).toEqual([
    { path: 'my-sales.csv', name: 'my_sales' },
    { path: '../other.json', name: 'other' },
  ]);
});

test('K72 functions have their overloads and what they are for', async () => {
  const functions = await engine.functions();
  expect(functions.length).toBeGreaterThan(400);
  expect(functions.find(({ name }) => name === 'date_trunc')).toMatchObject({ kind: 'scalar' });
  expect(functions.find(({ name }) => name === 'read_csv')).toMatchObject({ kind: 'table' });
  expect(functions.find(({ name }) => name === 'sum')?.signatures[0]).toMatch(/^sum\(.*\) → /);
});

test('K72 keywords follow the grammar, and queries are described without being run', async () => {
  const asked = await engine.assist({
    before: 'select * from two gr',
    describe: [
      'select * from my_sales',
      "from 'other.json'",
      'with a as (select n + 1.5 as m from two) select * from a',
      'with a as (select * from my_sales) select * from a',
      'select * from nowhere',
      'drop table two',
      'select 1; select 2',
      'not sql',
    ],
  });
  expect(asked.keywords[0]).toBe('GROUP');
  expect(asked.columns.map((columns) => columns?.map(({ name, type }) => `${name} ${type}`) ?? null)).toEqual([
    ['amount BIGINT', 'region VARCHAR'],
    null,
    ['m DECIMAL(12,1)'],
    ['amount BIGINT', 'region VARCHAR'],
    null,
    null,
    null,
    null,
  ]);
});
