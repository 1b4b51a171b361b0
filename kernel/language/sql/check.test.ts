import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../data/engine.ts';
import { tempFolder } from '../../data/testing.ts';
import { checkChart } from '../chart-check.ts';
import { checkSql } from './check.ts';
import type { SqlKnowledge } from './knowledge.ts';

let folder: Awaited<ReturnType<typeof tempFolder>>;
let engine: Engine;
let knowledge: SqlKnowledge;
beforeAll(async () => {
  folder = await tempFolder();
  await writeFile(join(folder.path, 'my-sales.csv'), 'amount,Region Name,day\n1,north,2024-01-01\n');
  engine = await Engine.create({ kernelId: 'k', cwd: folder.path, workspace: folder.path });
  await engine.query("select 1 as n, 'x' as name, 1.5 as price", { name: 'two' });
  knowledge = {
    catalog: () => engine.catalog(),
    functions: () => engine.functions(),
    assist: (request) => engine.assist(request),
    names: async () => [],
  };
});
afterAll(async () => {
  await engine.close();
  await folder.remove();
});

type Check = typeof checkChart;

/** What is told of a cell: `severity "word" message`. */
async function told(check: Check, source: string): Promise<string[]> {
  const found = await check(source, knowledge);
  return found.map(({ start, end, severity, message }) => `${severity} "${source.slice(start, end)}" ${message}`);
}

test.each([
  ['selec 1', ['error "selec" Syntax error at or near "selec".']],
  ["select '😀', , 2", ['error "," Syntax error at or near ",".']],
  ['select 1 from', ['error "m" Syntax error at end of input.']],
  [
    'select 1;\n\nselect * form two; select 2 2',
    ['error "two" Syntax error at or near "two".', 'error "2" Syntax error at or near "2".'],
  ],
  ['select {{ longer_name }} +, 1', ['error "," Syntax error at or near ",".']],
  ["select 'open", ['error "\'open" Unterminated quoted string at or near "\'open".']],
  [
    'select {{ 1 + 1 }}',
    [
      'error "{{ 1 + 1 }}" {{ 1 + 1 }} does not name a variable. Put the value into a variable in a TypeScript cell and write its name, for example {{ limit }}.',
    ],
  ],
  ['select $1', ['error "$1" “$1” has no value to bind. Write {{ name }} to use the value of a notebook variable.']],
])('K79 SQL that cannot be read is told at its place: %j', async (body, expected) => {
  expect(await told(checkSql, `%%sql\n${body}`)).toEqual(expected);
});

test.each([
  '',
  '\n  -- later\n',
  'select * from nobody where x = {{ limit }} and y in ({{ all }})',
  'create table t (a int); insert into t values (1); summarize t; from t',
  "copy t to 'x.parquet'; attach 'x' as y; set threads = 1; explain select 1; pivot t on a",
  'select "a;b", $$ selec $$ /* ; */ from t;;',
])('K79 nothing is told of SQL that can be read: %j', async (body) => {
  expect(await told(checkSql, `%%sql result=a\n${body}`)).toEqual([]);
});

test('K79 the first line is told of as a whole', async () => {
  expect(await told(checkSql, '%%sql resutl=x\nselect 1')).toEqual([
    'error "%%sql resutl=x" A SQL cell has no option “resutl”. Did you mean “result”?',
  ]);
  expect(await told(checkSql, '%%sql what\nselect 1')).toEqual([
    'error "%%sql what" %%sql: “what” is not an option. Write options as key=value, for example result=sales.',
  ]);
});

test.each([
  [
    'type: br\nfrom: two\nx: n',
    [
      'error "br" “br” is not a value for “type”. Did you mean “bar”? Use one of line, bar, area, scatter, histogram, pie.',
    ],
  ],
  [
    'type: bar\nfrom: two\nx: nam',
    ['warning "nam" “two” has no column “nam”. It has “n”, “name”, “price”. Did you mean “name”?'],
  ],
  ['type: bar\nfrom: two\nx: name\ny: smu(price)', ['warning "smu" There is no “smu()” here. Did you mean sum()?']],
  [
    'type: bar\nfrom: my-sales.csv\nx: Region Nam',
    [
      'warning "Region" “my-sales.csv” has no column “Region Nam”. It has “amount”, “Region Name”, “day”. Did you mean “Region Name”?',
    ],
  ],
  ['type: bar\ntitel: x\nfrom: two\nx: n', ['error "x" A chart has no key “titel”. Did you mean “title”?']],
  [
    'type: [',
    [
      'error "[" This chart is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. Write one “key: value” per line; put a value with a colon or a quote into double quotes.',
    ],
  ],
  ['type: bar\nfrom: two', ['error "%%chart" The chart says nothing about “x”.']],
  [
    'type: bar\nfrom: two\nx: month(day)',
    ['warning "month" “two” has no column “day”. It has “n”, “name”, “price”. Use one of these.'],
  ],
] as const)('K79 a chart that cannot be drawn is told at its place: %j', async (body, expected) => {
  expect(await told(checkChart, `%%chart\n${body}`)).toEqual(expected);
});

test.each(['', '\n', 'type: bar\nfrom: two\nx: NAME\ny: sum(price)\ncolour: n', 'type: bar\nfrom: later\nx: anything'])(
  'K79 nothing is told of a chart that can be drawn, or whose table is not known yet: %j',
  async (body) => {
    expect(await told(checkChart, `%%chart\n${body}`)).toEqual([]);
  },
);
