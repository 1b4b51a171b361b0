// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are cells
import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ResultBundle } from '@daybook/shared/results/bundle';
import { ChartBundle } from '@daybook/shared/results/chart';
import { CHART_MIME, PLOTLY_MIME, RESULT_MIME } from '@daybook/shared/results/mime';
import { ResultWindowRequest } from '@daybook/shared/results/window';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith, need } from '../../docker/services/need.ts';
import { type Answer, Client } from './fixtures/client.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

/** The last value as text; the error where there was one. */
const value = async (code: string): Promise<string> => {
  const { value: shown, content } = await client.run(code);
  return shown ?? String(content.evalue ?? content.status);
};
const failure = async (code: string) => {
  const { content } = await client.run(code);
  return {
    name: content.ename,
    text: String(content.evalue),
    trace: (content.traceback as string[] | undefined)?.map(stripVTControlCharacters).join('\n') ?? '',
  };
};
const output = (answer: Answer, mime: string): unknown =>
  answer.outputs
    .map(({ content }) => (content.data as Record<string, unknown> | undefined)?.[mime])
    .find((each) => each !== undefined);
const grid = (answer: Answer): ResultBundle => ResultBundle.parse(output(answer, RESULT_MIME));

describe('K41 sql`…` is a relation that runs when asked', () => {
  test('rows, limits, counts, columns', async () => {
    await client.run('let ran = sql`select i, i * 0.5 as half from range(${5}) t(i)`');
    expect(await value('await ran.rows(2)')).toBe('[ { i: 0, half: 0 }, { i: 1, half: 0.5 } ]');
    expect(await value('[await ran.count(), (await ran.columns()).map((c) => `${c.name} ${c.type}`)]')).toBe(
      "[ 5, [ 'i BIGINT', 'half DECIMAL(21,1)' ] ]",
    );
    expect(await value('(await ran.rows(0)).length')).toBe('0');
    expect(await value('await ran.rows(-1)')).toContain('rows(-1): the limit is a whole number');
  });

  test('nothing runs before, and awaiting it is no asking', async () => {
    expect(await value('const never = sql`select error(${"ran"})`; (await never) === never')).toBe('true');
    expect((await failure('await never.rows()')).text).toContain('ran');
    expect(await value('[sql`select 1`]')).toBe('[ Relation(select 1) ]');
  });

  test('plain values: numbers where exact, Dates, nothing lost', async () => {
    expect(
      await value(
        "(await sql`select 2::hugeint a, 9007199254740993 b, date '2001-02-03' c, timestamp '2001-02-03 04:05:06.789' d, 1.25::decimal(4,2) e, null f, [1, 2] g, {x: [true]} h, map {'k': 1} i, 'ab'::blob j, interval 1 day k, time '10:00' l, 12345678901234567890.5::decimal(38,1) m, 2::hugeint ** 100 n, 170141183460469231731687303715884105727::hugeint o`.rows())[0]",
      ),
    ).toBe(
      "{\n  a: 2,\n  b: 9007199254740993n,\n  c: 2001-02-03T00:00:00.000Z,\n  d: 2001-02-03T04:05:06.789Z,\n  e: 1.25,\n  f: null,\n  g: [ 1, 2 ],\n  h: { x: [ true ] },\n  i: Map(1) { 'k' => 1 },\n  j: Uint8Array(2) [ 97, 98 ],\n  k: '1 day',\n  l: '10:00:00',\n  m: '12345678901234567890.5',\n  n: 1.2676506002282294e+30,\n  o: 170141183460469231731687303715884105727n\n}",
    );
    expect(
      await value(
        '(await sql`select 1 as __proto__, 2 as "a""b\n", 3 as a, 4 as a`.rows()).map((row) => Object.entries(row))',
      ),
    ).toBe("[ [ [ '__proto__', 1 ], [ 'a\"b\\n', 2 ], [ 'a', 3 ], [ 'a_1', 4 ] ] ]");
  });

  test('values are bound, never text', async () => {
    expect(
      await value(
        'const evil = "\'; drop table x; --"; (await sql`select ${evil} as v, ${[1, 2]} as l, ${new Date(0)} as d, ${10n ** 30n} as b, ${Buffer.from("hi")} as c, ${null} as n, ${new Float64Array([0.5])} as t, ${[[1], [2]]} as ll`.rows())[0]',
      ),
    ).toBe(
      '{\n  v: "\'; drop table x; --",\n  l: [ 1, 2 ],\n  d: 1970-01-01T00:00:00.000Z,\n  b: 1000000000000000000000000000000n,\n  c: Uint8Array(2) [ 104, 105 ],\n  n: null,\n  t: [ 0.5 ],\n  ll: [ [ 1 ], [ 2 ] ]\n}',
    );
    expect((await failure("sql`select '${1}'`")).text).toContain('stands in a text literal');
    expect((await failure('sql`select "${1}"`')).text).toContain('stands in a quoted name');
    expect((await failure('sql`select $1`')).text).toContain('“$1” has no value to bind');
    expect((await failure('sql`select ${{ a: 1 }}`')).text).toContain('is an object');
    expect((await failure('sql`select * from ${"t"}`')).text).toContain('sql.name');
    expect(await value('(await sql`select ${sql.name("odd name")} from (select 1 as "odd name")`.rows()).length')).toBe(
      '1',
    );
    expect(await value(String.raw`(await sql${'`'}select regexp_matches('a1', '\d') as m${'`'}.rows())[0].m`)).toBe(
      'true',
    );
  });

  test('relations and tables of JavaScript stand inside', async () => {
    await client.run(
      'const people = [{ name: "Ada", age: 36 }, { name: "Bob", age: 17 }]; const adults = sql`select * from ${people} where age >= ${18};`',
    );
    expect(await value('await sql`select ${"x"} as x, name from ${adults} where name <> ${"Bob"}`.rows()')).toBe(
      "[ { x: 'x', name: 'Ada' } ]",
    );
    expect(
      await value(
        'await sql`select a.name from ${people} a join ${arrow.tableFromArrays({ name: ["Bob"] })} b using (name)`.rows()',
      ),
    ).toBe("[ { name: 'Bob' } ]");
    expect(await value('(await sql`from ${aq.table({ a: [3, 4] })}`.rows()).length')).toBe('2');
    expect((await failure('await sql`select * from ${[]}`.rows()')).text).toContain(
      'The table filled into sql`…` is an empty array',
    );
  });

  test('as Arrow, arquero, a named table, and the grid', async () => {
    expect(await value('(await sql`select 1::hugeint as one`.arrow()).get(0).toJSON()')).toBe('{ one: 1n }');
    expect(await value("(await sql`select i, timestamp '2001-01-01' t from range(3) r(i)`.aq()).objects()[2]")).toBe(
      '{ i: 2, t: 2001-01-01T00:00:00.000Z }',
    );
    expect(
      await value('(await (await sql`select 7 as seven`.table("lucky")).rows())[0].seven + lucky.get(0).seven'),
    ).toBe('14');
    expect(grid(await client.run('%%sql\nselect seven from lucky')).first).toEqual([[7]]);
    expect((await failure('await sql`select 1`.table("class")')).text).toContain(
      '“class” cannot be the name of a result',
    );
    const shown = await client.run('sql`select * from range(${1000})`');
    const bundle = grid(shown);
    expect(bundle).toMatchObject({ rows: 1000 });
    const page = await client.kernel.results?.window(
      ResultWindowRequest.parse({ id: bundle.id, offset: 990, limit: 100, format: 'json' }),
    );
    expect(JSON.parse(Buffer.from(page?.body ?? []).toString())).toHaveLength(10);
    expect((await client.run('await sql`create table made as select 1`.rows()')).status).toBe('ok');
    expect(await value('await sql`create table made2 as select 1; select 2 as two`.rows()')).toBe('[ { two: 2 } ]');
  });

  test('errors name the line in the cell and in the SQL', async () => {
    const { text, trace } = await failure(
      'const n = 1;\nawait sql`\n  select ${n},\n    nope\n  from range(3)`.rows()',
    );
    expect(text).toContain('(line 3 of the SQL)');
    expect(trace).toMatch(/> 4 │ {5}nope\n +│ {5}\^/);
    await client.run('const late = () => sql`select\n  nope2`;');
    expect((await failure('late()')).trace).toMatch(/> 2 │ {3}nope2`;/);
    expect((await failure('await sql`select 1 frm`.count() + await sql`select nope3`.count()')).trace).toContain(
      'nope3',
    );
  });

  test('an interrupt ends it and keeps everything', async () => {
    const id = client.post('execute_request', {
      code: 'display("go"); await sql`select count(*) from range(1000000000000)`.rows()',
    });
    await client.until(() => client.of(id).some(({ header }) => header.msg_type === 'display_data'));
    client.post('interrupt_request', {}, 'control');
    await client.until(() => client.of(id).some(({ content }) => content.execution_state === 'idle'));
    expect(client.answerOf(id).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    expect(await value('await sql`select name from ${people}`.count()')).toBe('2');
  });
});

describe('K42 variables are tables in SQL', () => {
  const first = async (sql: string) => grid(await client.run(`%%sql\n${sql}`)).first;

  test('of every kind, as they are now', async () => {
    await client.run('let folk: any = [{ name: "Ada", age: 36 }]');
    expect(await first('select * from folk')).toEqual([['Ada', 36]]);
    await client.run('folk[0].age = 37; folk.push({ name: "Bob" })');
    expect(await first('select * from FOLK')).toEqual([
      ['Ada', 37],
      ['Bob', null],
    ]);
    await client.run('folk = { n: new Int16Array([1, 2]), s: ["a", "b"] }');
    expect(await first('select sum(n), string_agg(s) from folk')).toEqual([[3, 'a,b']]);
    await client.run('folk = arrow.tableFromArrays({ q: [1.5] })');
    expect(await first('with c as (from folk) select q from c')).toEqual([[1.5]]);
    await client.run('folk = aq.table({ q: [2.5] })');
    expect(await first('from folk')).toEqual([[2.5]]);
    await client.run('folk = sql`select ${9} as nine`');
    expect(await first('select nine + 1 from folk')).toEqual([[10]]);
    await client.run('globalThis.wide = [{ a: 1 }]');
    expect(await first('from wide')).toEqual([[1]]);
  });

  test('a table of SQL comes first, a variable is never changed', async () => {
    await client.run('let mine = [{ a: 1 }]');
    await client.run('%%sql\ncreate table copied as from mine');
    expect(await first('from copied')).toEqual([[1]]);
    await client.run('let copied = [{ a: 2 }]');
    expect(await first('from copied')).toEqual([[1]]);
    for (const sql of ['insert into mine values (2)', 'delete from mine', 'drop table mine', 'update "mine" set a = 2'])
      expect((await failure(`%%sql\n${sql}`)).text).toContain('“mine” is a TypeScript variable');
    expect(
      await first('begin; insert into copied select a + 10 from mine; commit; select a from copied order by a'),
    ).toEqual([[1], [11]]);
  });

  test('what cannot be a table is named, with its place', async () => {
    await client.run('let five = 5; let soon = Promise.resolve([]); let none: any[] = []; let unset');
    expect((await failure('%%sql\nselect *\nfrom five')).text).toContain(
      'The variable “five” is a number, not a table',
    );
    expect((await failure('%%sql\nselect *\nfrom five')).trace).toContain('> 3 │ from five');
    expect((await failure('%%sql\nfrom soon')).text).toContain('await it first');
    expect((await failure('%%sql\nfrom none')).text).toContain('is an empty array');
    expect((await failure('%%sql\nfrom unset')).text).toContain('There is no table or data file “unset”');
    await client.run('const loop = sql`from loop`; const bad = sql`select\n nope`');
    expect((await failure('%%sql\nfrom loop')).text).toContain('“loop”');
    expect((await failure('%%sql\nfrom bad')).text).toContain('In the relation “bad”');
  });

  test('a mixed column is said', async () => {
    await client.run('let mixed = [{ a: 1 }, { a: "x" }]');
    expect((await client.run('%%sql\nfrom mixed')).printed).toBe(
      'Column “a” mixes numbers and text; SQL sees it as text.\n',
    );
  });

  test('the name of a result that TypeScript takes over', async () => {
    await client.run('%%sql result=two\nselect 2 as n');
    await client.run('let two = 5');
    expect(await first('from two')).toEqual([[2]]);
    expect(await first('select {{ two }}')).toEqual([[5]]);
    await client.run('two = [{ n: 3 }]');
    expect(await first('from two')).toEqual([[3]]);
    expect(await first('select {{ two }} is null'.replace('{{ two }}', 'null'))).toEqual([[true]]);
    await client.run('%%sql result=two\nselect 4 as n');
    expect(await first('from two')).toEqual([[4]]);
    expect(await value('two.get(0).n')).toBe('4');
  });

  test('K45 {{ name }} binds lists, Dates, bigints, bytes and typed arrays', async () => {
    await client.run(
      'let bound = { ids: [1, 2], dates: [new Date(0), null], big: 2n ** 70n, when: new Date(1), bytes: Buffer.from("hi"), raw: new ArrayBuffer(1), nums: new Float32Array([0.5]), longs: new BigInt64Array([5n]), lists: [["a"], []], none: [] }; let { ids, dates, big, when, bytes, raw, nums, longs, lists, none } = bound',
    );
    const { columns, first: rows } = grid(
      await client.run(
        '%%sql\nselect {{ ids }} a, {{ dates }} b, {{ big }} c, {{ when }} d, {{ bytes }} e, {{ raw }} f, {{ nums }} g, {{ longs }} h, {{ lists }} i, {{ none }} j, 2 in {{ ids }} k',
      ),
    );
    expect(columns.map(({ type }) => type).join(' ')).toBe(
      'INTEGER[] TIMESTAMP[] HUGEINT TIMESTAMP BLOB BLOB DOUBLE[] BIGINT[] VARCHAR[][] VARCHAR[] BOOLEAN',
    );
    expect(rows).toEqual([
      [
        [1, 2],
        ['1970-01-01 00:00:00', null],
        String(2n ** 70n),
        '1970-01-01 00:00:00.001',
        '\\x6869',
        '\\x00',
        [0.5],
        [5],
        [['a'], []],
        [],
        true,
      ],
    ]);
    expect((await failure('%%sql\nselect {{ bound }}')).text).toContain('A table is named without braces');
  });

  test('K43 charts draw variables too', async () => {
    const chart = ChartBundle.parse(
      output(await client.run('%%chart\ntype: bar\nfrom: people\nx: name\ny: age'), CHART_MIME),
    );
    expect(chart.series[0]?.y).toEqual([36, 17]);
  });
});

describe('K43 charts, tables and bars in TypeScript cells', () => {
  const chartOf = async (code: string) => ChartBundle.parse(output(await client.run(code), CHART_MIME));

  test('Plot and relation.plot aggregate in the engine', async () => {
    await client.run(
      'const crowd = Array.from({ length: 300000 }, (_, i) => ({ i, group: i % 3 ? "a" : "b", v: Math.sin(i) }))',
    );
    const bars = await chartOf('Plot.bar(crowd, { x: "group", y: "count()", title: "How many" })');
    expect(bars).toMatchObject({ type: 'bar', title: 'How many', from: 'the data' });
    expect(bars.series[0]).toMatchObject({ x: ['a', 'b'], y: [200_000, 100_000] });
    const points = await chartOf('Plot.scatter(crowd, { x: "i", y: "v", color: "group" })');
    expect(points.series.flatMap(({ x }) => x)).toHaveLength(2_000);
    expect(points.note).toContain('of 300\u202f000 points, sampled evenly');
    expect(
      (await chartOf('sql`select i, i % 5 as m from range(${100}) t(i)`.plot({ type: "line", x: "i", y: "m" })'))
        .series[0]?.x,
    ).toHaveLength(100);
    expect((await chartOf('Plot.histogram(aq.table({ n: [1, 2, 3] }), { x: "n" })')).type).toBe('histogram');
    expect((await failure('Plot.bar(crowd, { x: "grup" })')).text).toContain('“group”');
    expect((await failure('Plot.bar(crowd, { y: "v" })')).text).toContain('says nothing about “x”');
  });

  test('box, heatmap and plotly’s own figures', async () => {
    const box = output(await client.run('Plot.box(crowd, { x: "group", y: "v" })'), PLOTLY_MIME) as {
      data: Record<string, unknown>[];
    };
    expect(box.data[0]).toMatchObject({ type: 'box', x: ['a', 'b'] });
    expect(box.data[0]?.median).toHaveLength(2);
    const map = output(
      await client.run(
        'Plot.heatmap([{ a: 1, b: "x", c: 5 }, { a: 2, b: "y", c: 7 }], { x: "a", y: "b", colour: "c" })',
      ),
      PLOTLY_MIME,
    );
    expect(map).toMatchObject({
      data: [
        {
          type: 'heatmap',
          x: ['1', '2'],
          y: ['x', 'y'],
          z: [
            [5, null],
            [null, 7],
          ],
        },
      ],
    });
    const raw = await client.run(
      'Plot.figure({ data: [{ type: "bar", x: ["a"], y: new Float64Array([1]) }], layout: { title: { text: "T" } } })',
    );
    expect(output(raw, PLOTLY_MIME)).toEqual({
      data: [{ type: 'bar', x: ['a'], y: [1] }],
      layout: { title: { text: 'T' } },
    });
    expect(output(raw, 'text/plain')).toContain('Plotly figure of 1 trace (bar)');
    expect((await failure('Plot.figure({ data: [{ y: new Float64Array(200000) }] })')).text).toContain(
      '200,000 points; a page draws 100,000',
    );
    expect((await failure('Plot.figure([])')).text).toContain('list of traces');
  });

  test('table() and data frames are results that page', async () => {
    const shown = await client.run('table(crowd, { name: "crowded" }); "after"');
    const bundle = grid(shown);
    expect(bundle).toMatchObject({ rows: 300_000, name: 'crowded' });
    expect(bundle.first).toHaveLength(50);
    const page = await client.kernel.results?.window(
      ResultWindowRequest.parse({ id: bundle.id, offset: 299_999, limit: 10, format: 'json' }),
    );
    expect(JSON.parse(Buffer.from(page?.body ?? []).toString())).toEqual([[299_999, 'a', Math.sin(299_999)]]);
    expect(grid(await client.run('%%sql\nselect count(*) from crowded')).first).toEqual([[300_000]]);
    expect(grid(await client.run('aq.from(crowd).groupby("group").count()')).first).toEqual([
      ['b', 100_000],
      ['a', 200_000],
    ]);
    expect(grid(await client.run('arrow.tableFromArrays({ x: [1] })')).first).toEqual([[1]]);
    expect(grid(await client.run('display(lucky)')).name).toBe('lucky');
    expect((await failure('table(5)')).text).toContain('What table(…) was given is a number');
  });

  test('progress moves one output, and ends with its loop', async () => {
    const loop = await client.run(
      'for (const n of progress([1, 2, 3], { label: "Steps <b>" })) await new Promise((done) => setTimeout(done, 120));',
    );
    expect(loop.outputs[0]?.header.msg_type).toBe('display_data');
    const updates = loop.outputs.slice(1);
    expect(updates.every(({ header }) => header.msg_type === 'update_display_data')).toBe(true);
    const last = updates.at(-1)?.content.data as Record<string, string>;
    expect(last['text/plain']).toBe(`${'█'.repeat(30)} Steps <b> · 3 of 3 · 100 % · done`);
    expect(last['text/html']).toContain('Steps &#60;b&#62;');
    const many = await client.run(
      'for (const n of progress(Array.from({ length: 1000000 }).keys(), { total: 1000000 }));',
    );
    expect(many.outputs.length).toBeLessThan(200);
    const failed = await client.run('for (const n of progress([1, 2])) throw new Error("no")');
    expect(
      JSON.stringify(failed.outputs.findLast(({ header }) => header.msg_type === 'update_display_data')?.content.data),
    ).toContain('0 of 2 · 0 % · stopped');
    const byHand = await client.run('const bar = progress(10, { label: "By hand" }); bar.tick(4); bar.done()');
    expect(JSON.stringify(byHand.outputs.at(-1)?.content.data)).toContain('4 of 10 · 40 % · stopped');
    const id = client.post('execute_request', {
      code: 'for await (const n of progress((async function* () { for (;;) { await new Promise((r) => setTimeout(r, 5)); yield 1; } })())) display("turn");',
    });
    await client.until(() => client.of(id).some(({ content }) => JSON.stringify(content.data ?? '').includes('turn')));
    client.post('interrupt_request', {}, 'control');
    await client.until(() => client.of(id).some(({ content }) => content.execution_state === 'idle'));
    expect(
      client.answerOf(id).outputs.some(({ content }) => JSON.stringify(content.data ?? '').includes('interrupted')),
    ).toBe(true);
  });

  test('libraries are there, the same as imported', async () => {
    expect(await value('import * as imported from "apache-arrow"; imported.Table === arrow.Table')).toBe('true');
    expect(await value('import * as arquero from "arquero"; arquero.table === aq.table')).toBe('true');
    const gone = await failure('dfd');
    expect(gone.text).toContain('npm pkg set --json');
    expect(gone.text).toContain('npm install danfojs-node@1.2.0');
  });
});

describe('K44 what is too large is cut or refused with a sentence', () => {
  test('rows without a limit', async () => {
    expect((await failure('await sql`from range(1000001)`.rows()')).text).toContain('more than 1,000,000 rows');
    expect((await failure('await sql`from range(1000001)`.rows()')).text).toContain('rows(limit)');
    expect(await value('(await sql`from range(1000001)`.rows(10)).length')).toBe('10');
  });

  test('an array of ten million', async () => {
    const array = await client.run('Array.from({ length: 10_000_000 }, (_, i) => i)');
    expect(String(array.value).length).toBeLessThan(10_000);
    expect(array.value).toContain('9999900 more items');
  });

  test('a table of five million rows', { timeout: 60_000 }, async () => {
    const shown = await client.run('aq.table({ a: new Float64Array(5_000_000) })');
    expect(grid(shown)).toMatchObject({
      rows: 1_000_000,
      note: expect.stringContaining('The first 1,000,000 of 5,000,000 rows'),
    });
    expect(String(output(shown, 'text/plain'))).toContain('The first 1,000,000 of 5,000,000 rows');
  });

  test('an Arrow table beyond a sixth of the memory', { timeout: 60_000 }, async () => {
    const small = await Client.start({ DAYBOOK_KERNEL_MEMORY_MB: '1500' });
    const { content } = await small.run("await sql`select repeat('wide', 100) || i from range(1000000) t(i)`.arrow()");
    expect(content.evalue).toContain('takes more than 262 MB as Arrow');
    expect((await small.run('await sql`select 1`.count()')).value).toBe('1');
    await small.stop();
  });
});

const danfo = need(
  'danfojs-node',
  'install it as the message of `dfd` says and name its node_modules in DAYBOOK_TEST_DANFO',
  () => {
    const folder = process.env.DAYBOOK_TEST_DANFO ?? join(import.meta.dirname, '../../node_modules');
    return existsSync(join(folder, 'danfojs-node/package.json')) ? folder : undefined;
  },
);
describeWith(danfo, 'K43 danfo in the notebook’s folder', (folder) => {
  test('its frames are shown, read by SQL and filled into sql`…`', { timeout: 120_000 }, async () => {
    const own = await Client.start();
    await symlink(folder, join(own.folder, 'node_modules'));
    const shown = await own.run('const frame = new dfd.DataFrame({ city: ["Rome", "Oslo"], high: [31, NaN] }); frame');
    expect(grid(shown).first).toEqual([
      ['Rome', 31],
      ['Oslo', null],
    ]);
    expect(grid(await own.run('%%sql\nselect city from frame where high > 30')).first).toEqual([['Rome']]);
    expect((await own.run('await sql`from ${frame}`.count()')).value).toBe('2');
    await own.stop();
  });
});

test('K40 cells may take the names for themselves', async () => {
  expect(await value('const table = 5; const sql = 6; let aq = 7; table + sql + aq')).toBe('18');
});
