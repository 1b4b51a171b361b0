import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../data/engine.ts';
import { tempFolder } from '../../data/testing.ts';
import { completeChart } from '../chart.ts';
import { completeMagic } from '../magic.ts';
import { completeSql } from './complete.ts';
import { inspectSql } from './inspect.ts';
import type { SqlKnowledge } from './knowledge.ts';

let folder: Awaited<ReturnType<typeof tempFolder>>;
let engine: Engine;
let knowledge: SqlKnowledge;
beforeAll(async () => {
  folder = await tempFolder();
  await writeFile(join(folder.path, 'my-sales.csv'), 'amount,Region Name,order\n1,north,2\n');
  engine = await Engine.create({ kernelId: 'k', cwd: folder.path, workspace: folder.path });
  await engine.query("select 1 as n, 'x' as name, 1.5 as price", { name: 'two' });
  await engine.query('create schema s; create table s.deep (d date)');
  knowledge = {
    catalog: () => engine.catalog(),
    functions: () => engine.functions(),
    assist: (request) => engine.assist(request),
    names: async () => [
      { name: 'rows', kind: 'table' },
      { name: 'limit', kind: 'constant' },
      { name: 'helper', kind: 'function' },
    ],
  };
});
afterAll(async () => {
  await engine.close();
  await folder.remove();
});

/** The first items at `|`, as `label kind` or, with text of its own, `label kind → text`. */
async function items(text: string, most = 4): Promise<string[]> {
  const offset = text.indexOf('|');
  const found = await completeSql(text.replace('|', ''), offset, knowledge);
  const typed = text.slice(found?.start, offset).replace(/^"/, '').toLowerCase();
  return (found?.items ?? [])
    .filter(({ label }) => label.toLowerCase().startsWith(typed))
    .slice(0, most)
    .map(({ label, kind, insert }) => `${label} ${kind}${insert === undefined ? '' : ` → ${insert}`}`);
}

test('K73 after FROM come tables, variables that hold rows, and files', async () => {
  expect(await items('select * from |', 9)).toEqual([
    'two table',
    's.deep table',
    'rows table',
    'my_sales file → my_sales',
  ]);
  expect(await items('select * from two join |', 1)).toEqual(['two table']);
  expect(await items('select 1 from two, |', 1)).toEqual(['two table']);
  expect(await items('with recent as (select 1 as k) select * from |', 1)).toEqual(['recent table']);
  expect(await items("select * from 'my|")).toEqual(['my-sales.csv file']);
  expect(await items('select * from s.|')).toEqual(['deep table']);
});

test('K73 columns are those of what the query selects from', async () => {
  expect(await items('select | from two', 3)).toEqual(['n column', 'name column', 'price column']);
  expect(await items('select n, t.na| from two as t')).toEqual(['name column']);
  expect(await items('select * from two where pri|', 1)).toEqual(['price column']);
  expect(await items('select | from my_sales', 3)).toEqual([
    'amount column',
    'Region Name column → "Region Name"',
    'order column → "order"',
  ]);
  expect(await items("select a.| from 'my-sales.csv' a", 1)).toEqual(['amount column']);
  expect(
    await items('with x as (select n * 2 as twice from two), y as (select *, 1 as one from x) select | from y', 2),
  ).toEqual(['twice column', 'one column']);
  expect(await items('select | from (select price as cost from two) as q', 2)).toEqual(['cost column', 'q table']);
  expect(await items('select * from two where n in (select | from s.deep)', 1)).toEqual(['d column']);
  expect(await items('from two select na|', 1)).toEqual(['name column']);
  expect(await items('select "na|" from two')).toEqual(['name column → name']);
  expect(await items('select 1; select am| from my_sales; select 2', 1)).toEqual(['amount column']);
  expect(await items('select * from two where n > {{ limit }} and nam|', 1)).toEqual(['name column']);
});

test('K73 functions, keywords, variables', async () => {
  expect(await items('select date_tr| from two')).toEqual(['date_trunc function']);
  expect(await items('select n from two gr|', 1)).toEqual(['GROUP keyword']);
  expect(await items('sel|', 1)).toEqual(['SELECT keyword']);
  expect(await items('select * from two limit {{ |')).toEqual(['rows table', 'limit constant']);
  expect(await items("select 'it | is'")).toEqual([]);
  expect(await items('select 1 -- from |')).toEqual([]);
});

test('K73 what a name is', async () => {
  const told = async (text: string) =>
    (await inspectSql(text.replace('|', ''), text.indexOf('|'), knowledge))?.description.code;
  expect(await told('select * from tw|o')).toBe('two\n  n INTEGER\n  name VARCHAR\n  price DECIMAL(2,1)');
  expect(await told('select t.na|me from two t')).toBe('t.name VARCHAR');
  expect(await told('select su|m(n) from two')).toMatch(/^sum\(/);
  expect(await told("select 'tw|o'")).toBeUndefined();
  expect(await told('select |')).toBeUndefined();
});

test('K73 the magic line and charts', async () => {
  const magic = (line: string) => completeMagic(line)?.items.map(({ label }) => label) ?? null;
  expect(magic('%%')).toEqual(['sql', 'chart']);
  expect(magic('%%sql result=x con')).toEqual(['connection']);
  expect(magic('%%sql connection=')).toEqual(['duckdb']);
  expect(magic('%%chart ')).toEqual([]);
  expect(magic('x = 1')).toBeNull();
  const chart = async (text: string) =>
    (await completeChart(text.replace('|', ''), text.indexOf('|'), knowledge))?.items
      .slice(0, 4)
      .map(({ label }) => label) ?? null;
  expect(await chart('type: |')).toEqual(['line', 'bar', 'area', 'scatter']);
  expect(await chart('type: bar\nfrom: |')).toEqual(['two', 's.deep', 'rows', 'my-sales.csv']);
  expect(await chart('type: bar\nfrom: two\nx: na|\n')).toEqual(['n', 'name', 'price', 'year']);
  expect(await chart('from: my-sales.csv\ny: sum(|')).toEqual(['amount', 'Region Name', 'order']);
  expect(await chart('type: bar\n|')).toEqual(['from', 'x', 'y', 'colour']);
  expect(await chart('title: a |')).toBeNull();
});
