import type { JsonCell } from '@daybook/shared/results/bundle';
import * as arrow from 'apache-arrow';
import * as aq from 'arquero';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import { DATASETS } from '../testing.ts';
import { packTable } from './pack.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ kernelId: 'k', cwd: DATASETS, workspace: DATASETS });
});
afterAll(() => engine.close());

/** Types and rows of a JavaScript table as DuckDB has it, and what was said about it. */
async function stored(
  value: unknown,
): Promise<{ types: string; rows: readonly (readonly JsonCell[])[]; notes: readonly string[] }> {
  const { payload, notes } = packTable(value, 'The variable “t”');
  const { columns, first } = await engine.put(payload, { first: 1_000 });
  return {
    types: columns.map(({ name, type }) => `${name} ${type.replaceAll('"', '')}`).join(', '),
    rows: first,
    notes,
  };
}

describe('K40 JavaScript values as columns', () => {
  test.each<[string, readonly unknown[], string, JsonCell[]]>([
    ['whole numbers', [1, -2, null, 2 ** 31 - 1], 'INTEGER', [1, -2, null, 2 ** 31 - 1]],
    ['large whole numbers', [1, 2 ** 40, undefined], 'BIGINT', [1, 2 ** 40, null]],
    ['fractions', [1, 0.5, Number.NaN, Number.NEGATIVE_INFINITY, 1e300], 'DOUBLE', [1, 0.5, 'NaN', '-Infinity', 1e300]],
    ['bigints', [1n, 2n ** 62n], 'BIGINT', [1, String(2n ** 62n)]],
    ['huge bigints', [-1n, 2n ** 126n, null], 'HUGEINT', [-1, String(2n ** 126n), null]],
    ['bigints of more than 128 bits', [2n ** 200n], 'VARCHAR', [String(2n ** 200n)]],
    ['booleans', [true, null, false], 'BOOLEAN', [true, null, false]],
    [
      'texts',
      ['a', '', 'it’s a longer text than twelve bytes', null, '\ud800', 'nul\0nul'],
      'VARCHAR',
      ['a', '', 'it’s a longer text than twelve bytes', null, '\ufffd', 'nul\0nul'],
    ],
    [
      'dates',
      [new Date(0), new Date(8.64e15), new Date(-1), new Date(Number.NaN)],
      'TIMESTAMP',
      ['1970-01-01 00:00:00', '275760-09-13 00:00:00', '1969-12-31 23:59:59.999', null],
    ],
    ['bytes', [Buffer.from([1, 255]), new ArrayBuffer(1), null], 'BLOB', ['\\x01ff', '\\x00', null]],
    ['nothing at all', [null, undefined], 'INTEGER', [null, null]],
    ['lists', [[1, 2], [], null, new Float64Array([0.5])], 'DOUBLE[]', [[1, 2], [], null, [0.5]]],
    [
      'objects',
      [
        { a: 1, b: { c: 'x' } },
        { b: null, d: true },
      ],
      'STRUCT(a INTEGER, b STRUCT(c VARCHAR), d BOOLEAN)',
      [
        { a: 1, b: { c: 'x' }, d: null },
        { a: null, b: null, d: true },
      ],
    ],
    [
      'big values inside',
      [{ n: 2n ** 100n, d: new Date(0), x: Number.NaN }],
      'STRUCT(n HUGEINT, d TIMESTAMP, x DOUBLE)',
      [{ n: String(2n ** 100n), d: '1970-01-01 00:00:00', x: 'NaN' }],
    ],
    ['objects of different shapes', [{ a: 1 }, [1], { a: 'x' }], 'JSON', ['{"a":1}', '[1]', '{"a":"x"}']],
    ['maps and sets', [new Map([['k', 1]]), new Map()], 'JSON', ['{"k":1}', '{}']],
  ])('%s', async (_what, values, type, rows) => {
    const table = await stored(values.map((v) => ({ v })));
    expect(table).toMatchObject({ types: `v ${type}`, rows: rows.map((each) => [each]) });
  });

  test('a mixed column becomes text, functions are left out, and both are said', async () => {
    const table = await stored([
      { m: 1, f: () => 1, r: 0.5 },
      { m: 'x', f: 2, r: 2n ** 60n },
    ]);
    expect(table.types).toBe('m VARCHAR, r DOUBLE');
    expect(table.rows[1]?.[0]).toBe('x');
    expect(table.notes).toEqual([
      'Column “m” mixes numbers and text; SQL sees it as text.',
      'Column “f” holds functions or symbols; SQL does not see it.',
      'Column “r” mixes fractions and big integers; SQL sees it as DOUBLE, rounded.',
    ]);
  });

  test('a hundred thousand rows keep their order, with nulls and long texts between', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => ({
      i,
      s: i % 3 === 0 ? null : i % 2 ? `s${i}` : `a long text, number ${i}`,
      w: i % 5 ? 'few' : 'values',
    }));
    const { payload } = packTable(rows, 't');
    await engine.put(payload, { name: 'ordered' });
    const { first } = await engine.query(
      "SELECT count(*), sum((i <> rowid)::INT), sum((s IS DISTINCT FROM CASE WHEN i % 3 = 0 THEN NULL WHEN i % 2 = 1 THEN 's' || i ELSE 'a long text, number ' || i END)::INT), count(*) FILTER (w = 'few') FROM (SELECT *, row_number() OVER () - 1 AS rowid FROM ordered)",
    );
    expect(first).toEqual([[100_000, 0, 0, 80_000]]);
  });
});

describe('K40 what is a table', () => {
  test('objects of arrays and typed arrays; the arrays stay the user’s', async () => {
    const n = new Float64Array([1, Number.NaN]);
    const table = await stored({ n, b: new BigUint64Array([1n, 2n ** 63n]), s: ['x', null] });
    expect(table).toMatchObject({
      types: 'n DOUBLE, b UBIGINT, s VARCHAR',
      rows: [
        [1, 1, 'x'],
        ['NaN', String(2n ** 63n), null],
      ],
    });
    expect(n.length).toBe(2);
    expect((await stored(new Uint8Array([7]))).types).toBe('value UTINYINT');
    expect((await stored([1, 2])).rows).toEqual([[1], [2]]);
  });

  test('Arrow tables, sliced, with every kind of column', async () => {
    const source = await engine.query(
      `SELECT i::TINYINT a, i::UBIGINT b, i / 2 c, i % 2 = 0 d, CASE WHEN i % 3 > 0 THEN 'text ' || repeat('x', i::INT) END e, DATE '2001-01-01' + i::INT f,
       TIMESTAMP '2001-01-01 00:00:00.000001' + to_days(i::INT) g, TIMESTAMPTZ '2001-01-01' h, TIME '10:00:00.5' k, (i * 1000000000000000 + 0.125)::DECIMAL(20, 3) l, i::HUGEINT * 100000000000000000000::HUGEINT m,
       ['a', NULL] n, {x: i, y: 'z'} o, ('v' || i % 2)::ENUM('v0', 'v1') p, 'ab'::BLOB q, TIMESTAMP_NS '2001-01-01 00:00:00.000000001' r, NULL s FROM range(10) t(i)`,
      { first: 10 },
    );
    const table = arrow.tableFromIPC(await engine.arrow(source.id));
    const back = await stored(table);
    expect(back.types).toBe(
      'a TINYINT, b UBIGINT, c DOUBLE, d BOOLEAN, e VARCHAR, f DATE, g TIMESTAMP, h TIMESTAMP WITH TIME ZONE, k TIME, l DECIMAL(20,3), m HUGEINT, n VARCHAR[], o STRUCT(x BIGINT, y VARCHAR), p VARCHAR, q BLOB, r TIMESTAMP_NS, s INTEGER',
    );
    const normal = (rows: readonly (readonly JsonCell[])[]) =>
      rows.map((row) => row.map((cell) => (typeof cell === 'object' ? JSON.stringify(cell) : cell)));
    expect(normal(back.rows)).toEqual(normal(source.first));
    const some = table.slice(3, 7);
    expect(normal((await stored(some)).rows)).toEqual(normal(source.first.slice(3, 7)));
    const both = table.slice(1, 2).concat(table.slice(8));
    expect(normal((await stored(both)).rows)).toEqual(normal([1, 8, 9].map((row) => source.first[row] ?? [])));
  });

  test('arquero tables as they are filtered and ordered', async () => {
    const table = aq
      .table({ a: [3, 1, 2], s: ['x', 'y', 'z'] })
      .filter('d => d.a > 1')
      .orderby('a');
    expect((await stored(table)).rows).toEqual([
      [2, 'z'],
      [3, 'x'],
    ]);
    const arrowBacked = aq.fromArrow(await engine.arrow((await engine.query("SELECT 1 AS n, 'q' AS s")).id));
    expect((await stored(arrowBacked)).rows).toEqual([[1, 'q']]);
  });

  test('no rows but columns', async () => {
    expect(await stored({ a: [], b: new Int32Array() })).toMatchObject({ types: 'a INTEGER, b INTEGER', rows: [] });
    expect((await stored(aq.table({ a: [] }))).rows).toEqual([]);
  });

  test('names of every kind', async () => {
    const odd = JSON.parse(
      '{"__proto__": 1, "a\\"b": 2, "new\\nline": 3, "😀": 4, "A": 5, "a": 6, "": 7, "constructor": 8}',
    );
    const { types, rows } = await stored([odd, {}, null]);
    expect(types).toBe(
      '__proto__ INTEGER, a"b INTEGER, new\nline INTEGER, 😀 INTEGER, A INTEGER, a_1 INTEGER, column INTEGER, constructor INTEGER',
    );
    expect(rows).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], Array(8).fill(null), Array(8).fill(null)]);
    const sparse = [{ x: 1 }, null, { x: 3 }];
    delete sparse[1];
    expect((await stored(sparse)).rows).toEqual([[1], [null], [3]]);
  });

  test('a getter is read, and one that throws is named with its row', async () => {
    const rows = [
      {
        get x() {
          return 1;
        },
      },
      {
        get x(): number {
          throw new Error('not ready');
        },
      },
    ];
    expect((await stored(rows.slice(0, 1))).rows).toEqual([[1]]);
    await expect(stored(rows)).rejects.toMatchObject({
      code: 'not_a_table',
      message: 'The variable “t” cannot be read at row 1, “x”: not ready.',
    });
  });

  const circle: Record<string, unknown> = {};
  circle.self = circle;
  test.each<[string, unknown, string]>([
    ['an empty array', [], 'is an empty array, which has no columns'],
    ['empty objects', [{}], 'has no columns'],
    ['a number', 5, 'is a number, not a table'],
    ['a Promise', Promise.resolve([]), 'is a Promise (await it first), not a table'],
    ['a Map', new Map([['a', 1]]), 'is an object of type Map, not a table'],
    ['an object of other things', { a: [1], b: 2 }, 'is an object, not a table'],
    [
      'columns of different lengths',
      { a: [1], b: [1, 2] },
      'has columns of different lengths: “a” has 1 values, “b” 2',
    ],
    ['objects and numbers', [{ a: 1 }, 2], 'mixes objects with other values'],
    ['a circle', [{ c: circle }], 'has a column “c” that cannot be read: it contains itself'],
  ])('%s is refused by name', async (_what, value, message) => {
    await expect(stored(value)).rejects.toMatchObject({ code: 'not_a_table', message: `The variable “t” ${message}.` });
  });

  test('nesting of a thousand levels stays JSON', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 1_000; level++) deep = { deep };
    const { types, rows } = await stored([{ deep }]);
    expect(types.slice(0, 40)).toContain('deep');
    expect(JSON.stringify(rows)).toContain('deep');
  });
});
