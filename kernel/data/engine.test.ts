import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResultWindowRequest } from '@daybook/shared/results/window';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { DATASETS, tempFolder } from './testing.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ kernelId: 'k1', cwd: DATASETS, workspace: DATASETS });
});
afterAll(() => engine.close());

/** Rows of a window as JSON. */
async function rows(id: string, request: Partial<Parameters<typeof ResultWindowRequest.parse>[0] & object> = {}) {
  const window = await engine.window(ResultWindowRequest.parse({ id, format: 'json', ...request }));
  return { ...window, rows: JSON.parse(new TextDecoder().decode(window.body)) as unknown[][] };
}

describe('query', () => {
  test('a data file by its name, whole in the engine, first rows at once', async () => {
    const result = await engine.query('SELECT * FROM flights_3m', { first: 2 });
    expect(result.id).toMatch(/^k1\.[0-9a-f]{8}-\d+$/);
    expect(result).toMatchObject({ rows: 3_000_000, tabular: true, summary: undefined });
    expect(result.columns).toEqual([
      { name: 'date', type: 'TIMESTAMP' },
      { name: 'delay', type: 'BIGINT' },
      { name: 'distance', type: 'BIGINT' },
      { name: 'origin', type: 'VARCHAR' },
      { name: 'destination', type: 'VARCHAR' },
    ]);
    expect(result.first).toEqual([
      ['2001-01-01 00:01:00', 33, 2176, 'LAS', 'PHL'],
      ['2001-01-01 00:01:00', 19, 215, 'ATL', 'SAV'],
    ]);
  });

  test('several statements: the last one’s rows, and the others’ effects', async () => {
    const result = await engine.query(
      'CREATE TABLE steps(a INT); INSERT INTO steps VALUES (1), (2);\nSELECT sum(a) FROM steps; -- done',
    );
    expect(result.first).toEqual([[3]]);
    expect((await engine.query('UPDATE steps SET a = a + 1')).rows).toBe(2);
    expect((await engine.query('UPDATE steps SET a = a + 1 RETURNING a')).first).toEqual([[3], [4]]);
  });

  test('statements that are no plain query but have rows', async () => {
    await engine.query('CREATE OR REPLACE TABLE shown(a INT)');
    expect((await engine.query('DESCRIBE shown')).first[0]?.slice(0, 2)).toEqual(['a', 'INTEGER']);
    expect((await engine.query('EXPLAIN SELECT 1')).columns.map(({ name }) => name)).toEqual([
      'explain_key',
      'explain_value',
    ]);
    expect((await engine.query('CALL pragma_version()')).rows).toBe(1);
    expect((await engine.query("PIVOT (VALUES ('a', 1), ('b', 2)) t(k, v) ON k USING sum(v)")).first).toEqual([[1, 2]]);
    expect((await engine.query('(SELECT 1 AS x) UNION ALL (SELECT 2)')).rows).toBe(2);
  });

  test('a temporary table and a setting last for the next query', async () => {
    await engine.query('CREATE TEMP TABLE kept AS SELECT 7 AS seven; SET VARIABLE v = 8');
    expect((await engine.query("SELECT seven, getvariable('v') AS v FROM kept")).first).toEqual([[7, 8]]);
  });

  test('parameters are values of every kind', async () => {
    const parameters = [
      1,
      'it’s; DROP TABLE x',
      null,
      true,
      2.5,
      2n ** 70n,
      new Date(Date.UTC(2001, 0, 2)),
      [1, 2.5],
      ['a'],
      [],
    ];
    const result = await engine.query('SELECT $1 a, $2 b, $3 c, $4 d, $5 e, $6 f, $7 g, $8 h, $9 i, $10 j', {
      parameters,
    });
    expect(result.first).toEqual([
      [1, 'it’s; DROP TABLE x', null, true, 2.5, String(2n ** 70n), '2001-01-02 00:00:00', [1, 2.5], ['a'], []],
    ]);
    const filtered = await engine.query('SELECT count(*) FROM flights_3m WHERE delay > $1 AND origin IN $2', {
      parameters: [100, ['LAS', 'ATL']],
    });
    expect(Number(filtered.first[0]?.[0])).toBeGreaterThan(100);
  });

  test('a statement of a script binds only the parameters it uses', async () => {
    const result = await engine.query('CREATE TABLE bound AS SELECT $2 AS b; SELECT $1 AS a, b FROM bound', {
      parameters: [1, 'two'],
    });
    expect(result.first).toEqual([[1, 'two']]);
  });

  test.each([[{ a: 1 }], [() => 1], [undefined], [[1, 'a']]])(
    'a parameter that has no SQL value: %j',
    async (value) => {
      await expect(engine.query('SELECT $1', { parameters: [value] })).rejects.toMatchObject({ code: 'bad_parameter' });
    },
  );

  test('rows that nobody keeps', async () => {
    const result = await engine.query('SELECT * FROM flights_3m LIMIT 100', { keep: false, first: 3 });
    expect(result.first.length).toBe(3);
    expect(result.rows).toBe(100);
    await expect(rows(result.id)).rejects.toMatchObject({ code: 'result_gone' });
  });

  test('a transaction within one query, and one left open', async () => {
    await engine.query('CREATE TABLE tx(a INT); BEGIN; INSERT INTO tx VALUES (1); COMMIT');
    await expect(engine.query('BEGIN; INSERT INTO tx VALUES (2); SELECT * FROM tx')).rejects.toMatchObject({
      code: 'sql_error',
      action: 'Add COMMIT at the end of the cell.',
    });
    await expect(engine.query('BEGIN; INSERT INTO tx VALUES (3); SELECT nope FROM tx')).rejects.toMatchObject({
      code: 'sql_error',
    });
    expect((await engine.query('FROM tx')).first).toEqual([[1]]);
  });
});

describe('named results', () => {
  test('later SQL sees the name, whatever its characters', async () => {
    const name = 'ta"ble — 表 ; DROP';
    await engine.query('SELECT 42 AS answer', { name });
    expect((await engine.query(`SELECT answer FROM "${name.replaceAll('"', '""')}"`)).first).toEqual([[42]]);
  });

  test('a re-run replaces it, reads its old self, and keeps it when it fails', async () => {
    const first = await engine.query('SELECT 1 AS n', { name: 'again' });
    await engine.query('SELECT n + 1 AS n FROM again', { name: 'again' });
    await expect(engine.query('SELECT nope FROM again', { name: 'again' })).rejects.toMatchObject({
      code: 'sql_error',
    });
    expect((await engine.query('FROM again')).first).toEqual([[2]]);
    expect((await rows(first.id)).rows).toEqual([[1]]);
  });

  test('a name that a table of the user has', async () => {
    await engine.query('CREATE TABLE taken(a INT)');
    await expect(engine.query('SELECT 1', { name: 'taken' })).rejects.toMatchObject({ code: 'name_taken' });
  });
});

describe('data files', () => {
  test('the notebook’s folder, then below the workspace; changed files are read anew', async () => {
    const folder = await tempFolder();
    const notebook = join(folder.path, 'notes');
    await mkdir(join(folder.path, 'deep/er [1]'), { recursive: true });
    await mkdir(notebook);
    await writeFile(join(folder.path, 'deep/er [1]/my sales-2.csv'), 'a,b\n1,x\n');
    const local = await Engine.create({ kernelId: 'k2', cwd: notebook, workspace: folder.path });
    try {
      expect((await local.query('FROM my_sales_2')).first).toEqual([[1, 'x']]);
      await writeFile(join(folder.path, 'deep/er [1]/my sales-2.csv'), 'a,b\n2,y\n3,z\n');
      expect((await local.query('FROM my_sales_2')).first).toEqual([
        [2, 'y'],
        [3, 'z'],
      ]);
      await writeFile(join(notebook, 'my_sales_2.json'), '[{"c": true}]');
      expect((await local.query('FROM my_sales_2')).first).toEqual([[true]]);
      await writeFile(join(folder.path, 'deep/top.csv'), 'q\n5\n');
      expect((await local.query("FROM 'deep/top.csv'")).first).toEqual([[5]]);
      await expect(local.query('FROM my_salez_2')).rejects.toMatchObject({
        code: 'data_file_missing',
        status: 404,
        action: expect.stringContaining('my_sales_2'),
      });
    } finally {
      await local.close();
      await folder.remove();
    }
  });

  test('a path names one file, also where several folders have one', async () => {
    const folder = await tempFolder();
    const notebook = join(folder.path, 'notes');
    await mkdir(notebook);
    await writeFile(join(folder.path, 'same.csv'), 'a\n1\n');
    await writeFile(join(notebook, 'same.csv'), 'a\n2\n');
    const local = await Engine.create({ kernelId: 'k3', cwd: notebook, workspace: folder.path });
    try {
      expect((await local.query("FROM 'same.csv'")).first).toEqual([[2]]);
      await writeFile(join(folder.path, 'upper.csv'), 'a\n3\n');
      expect((await local.query("FROM read_csv('upper.csv')")).first).toEqual([[3]]);
      expect((await local.query("FROM 'same.csv'")).first).toEqual([[2]]);
      const both = (upper: string) => local.query(`SELECT a.a, b.a FROM 'same.csv' a, '${upper}' b`);
      const refused = await both('upper.csv').catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'data_file_missing',
        message: expect.stringContaining('“same.csv” is in the notebook’s folder'),
        action: 'Write “../upper.csv” for “upper.csv”.',
      });
      expect((await both('../upper.csv')).first).toEqual([[2, 3]]);
    } finally {
      await local.close();
      await folder.remove();
    }
    expect((await engine.query("SELECT count(*) FROM 'flights-3m.parquet'")).first).toEqual([[3_000_000]]);
  });

  test('a missing file names what was looked for and what is near', async () => {
    await expect(engine.query("SELECT * FROM 'stock.csv'")).rejects.toMatchObject({
      code: 'data_file_missing',
      message: `There is no table or data file “stock.csv”. Looked in ${DATASETS}.`,
      action: 'Did you mean “stocks.csv”?',
    });
  });

  test('a file of a kind that is not read', async () => {
    await expect(engine.query("SELECT * FROM 'flights-200k.arrow'")).rejects.toMatchObject({
      code: 'data_file_missing',
      action: expect.stringContaining('CSV, JSON and Parquet'),
    });
  });
});

describe('errors', () => {
  test.each([
    ['SELECT 1 FORM x y', { line: 1, column: 15 }],
    ['SELECT 1;\n\nSELECT\n  nope\nFROM range(3)', { line: 4, column: 3 }],
    [`SELECT ${'1 + '.repeat(100)} nope FROM range(1)`, { line: 1, column: 409 }],
  ])('%s', async (sql, place) => {
    await expect(engine.query(sql)).rejects.toMatchObject({ code: 'sql_error', place });
  });

  test('the message is DuckDB’s, without its excerpt', async () => {
    await expect(engine.query('SELECT a\nFROM range(1) t(b)')).rejects.toMatchObject({
      message: 'Binder Error: Referenced column "a" not found in FROM clause!\nCandidate bindings: "b"',
    });
  });

  test('no statement', async () => {
    await expect(engine.query('-- nothing')).rejects.toMatchObject({ code: 'sql_empty' });
  });
});

describe('interrupt', () => {
  test('ends the running query and those that wait; the engine goes on', async () => {
    const running = engine.query('SELECT count(*) FROM range(1_000_000_000_000)', {}, 1);
    const waiting = engine.query('SELECT 1', {}, 2);
    const both = Promise.allSettled([running, waiting]);
    await new Promise((resolve) => setImmediate(resolve));
    engine.interrupt();
    const [first, second] = await both;
    expect(first).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' } });
    expect(second).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' } });
    expect((await engine.query('SELECT 2')).first).toEqual([[2]]);
  });
});

describe('window', () => {
  test('keeps the query’s order through every page', async () => {
    const { id, rows: total } = await engine.query('SELECT i FROM range(300_000) t(i) ORDER BY hash(i)');
    const whole = await engine.query('SELECT i FROM range(300_000) t(i) ORDER BY hash(i)', {
      keep: false,
      first: total,
    });
    for (const offset of [0, 777, 122_880, 250_000, 299_990]) {
      const page = await rows(id, { offset, limit: 500 });
      expect(page.rows).toEqual(whole.first.slice(offset, offset + 500));
      expect(page.count).toBe(Math.min(500, 300_000 - offset));
    }
    expect((await rows(id, { offset: 300_000 })).rows).toEqual([]);
  });

  test('sorts and filters the whole result; equal rows keep their order', async () => {
    const { id } = await engine.query(
      'SELECT i, i % 3 AS m, CASE WHEN i % 10 = 0 THEN NULL ELSE i % 10 END AS d FROM range(20_000) t(i) ORDER BY i DESC',
    );
    const page = await rows(id, {
      sort: [{ column: 'm', descending: true }],
      filter: [{ column: 'i', op: '<', value: 10 }],
    });
    expect(page.total).toBe(10);
    expect(page.rows.map(([i]) => i)).toEqual([8, 5, 2, 7, 4, 1, 9, 6, 3, 0]);
    const last = await rows(id, { sort: [{ column: 'd' }], offset: 19_999, limit: 1 });
    expect(last.rows[0]?.[2]).toBeNull();
  });

  test.each([
    [{ column: 'origin', op: 'contains', value: 'l%' }, 0],
    [{ column: 'origin', op: 'starts', value: 'la' }, 2],
    [{ column: 'origin', op: '=', value: "x' OR true --" }, 0],
    [{ column: 'delay', op: '>=', value: '20' }, 2],
    [{ column: 'when', op: '<', value: '2001-01-02' }, 2],
    [{ column: 'delay', op: 'in', values: [10, 30] }, 2],
    [{ column: 'delay', op: 'in', values: [] }, 0],
    [{ column: 'delay', op: 'null' }, 1],
    [{ column: 'delay', op: 'notnull' }, 3],
    [{ column: 'mood', op: '=', value: 'ok' }, 1],
    [{ column: 'price', op: '=', value: 1.1 }, 1],
    [{ column: 'list', op: 'contains', value: 'B' }, 1],
  ] as const)('filter %j', async (filter, total) => {
    const { id } = await engine.query(
      `SELECT * FROM (VALUES
        ('LAS', 10, DATE '2001-01-01', 'ok'::ENUM('ok', 'bad'), 1.1::DECIMAL(4,1), ['a']),
        ('LAX', 20, DATE '2001-01-01', 'bad', 2.0, ['b']),
        ('ATL', 30, DATE '2001-01-03', NULL, 3.0, []),
        ('SEA', NULL, NULL, NULL, NULL, NULL)) t(origin, delay, "when", mood, price, list)`,
    );
    expect((await rows(id, { filter: [filter] as never })).total).toBe(total);
  });

  test('an unknown column and a value that does not fit', async () => {
    const { id } = await engine.query('SELECT 1 AS price');
    await expect(rows(id, { sort: [{ column: 'prize' }] })).rejects.toMatchObject({
      code: 'no_such_column',
      action: 'Did you mean “price”?',
    });
    await expect(rows(id, { filter: [{ column: 'price', op: '=', value: 'abc' }] })).rejects.toMatchObject({
      code: 'bad_filter',
    });
  });

  test('an unknown result', async () => {
    await expect(rows('k1.gone-1')).rejects.toMatchObject({
      code: 'result_gone',
      status: 410,
      action: 'Run the cell again.',
    });
  });

  test('as Arrow', async () => {
    const { id } = await engine.query('SELECT i, i * 1.5 AS d FROM range(10) t(i)');
    const window = await engine.window(ResultWindowRequest.parse({ id, offset: 8 }));
    expect(tableFromIPC(window.body).toArray().map(String)).toEqual(['{"i": 8, "d": 120}', '{"i": 9, "d": 135}']);
  });
});

describe('results that take too much memory', () => {
  test('the least recently used goes, named ones and the newest stay', async () => {
    const small = await Engine.create({
      kernelId: 'k4',
      cwd: DATASETS,
      workspace: DATASETS,
      memoryBytes: 64 * 1024 * 1024,
    });
    try {
      const million = 'SELECT i FROM range(1_000_000) t(i)';
      const named = await small.query(million, { name: 'kept' });
      const first = await small.query(million);
      const second = await small.query(million);
      await small.window(ResultWindowRequest.parse({ id: first.id, limit: 1 }));
      const third = await small.query(million);
      await expect(small.summary(second.id)).rejects.toMatchObject({ code: 'result_gone', status: 410 });
      for (const { id } of [named, first, third]) {
        expect((await small.window(ResultWindowRequest.parse({ id, limit: 1 }))).total).toBe(1_000_000);
      }
      expect((await small.query('SELECT count(*) FROM kept')).first).toEqual([[1_000_000]]);
      const tables = await small.query("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'daybook'");
      expect(Number(tables.first[0]?.[0])).toBeLessThanOrEqual(5);
    } finally {
      await small.close();
    }
  });
});

describe('results as Arrow for TypeScript', () => {
  test('numbers as JavaScript computes with them, exactly', async () => {
    await engine.query(
      'SELECT sum(i) AS total, 1.25::DECIMAL(9,2) AS price, 2::HUGEINT ** 100 AS big, 170141183460469231731687303715884105727 AS huge FROM range(10) t(i)',
      { name: 'numbers' },
    );
    const table = tableFromIPC(await engine.arrow('numbers'));
    expect(String(table.schema)).toBe(
      'Schema<{ 0: total: Int64, 1: price: Float64, 2: big: Float64, 3: huge: Decimal[38e0] }>',
    );
    expect(table.get(0)?.total).toBe(45n);
    expect(table.get(0)?.price).toBe(1.25);
  });
});

describe('summary', () => {
  test('nulls, distinct, edges, histogram and top values of a small result', async () => {
    const { summary } = await engine.query(
      "SELECT i, CASE WHEN i % 4 = 0 THEN NULL ELSE 's' || i % 3 END AS s, DATE '2001-01-01' + i::INT AS d, i > 5 AS b, [i] AS l FROM range(12) t(i)",
    );
    expect(summary?.columns).toEqual([
      { column: 'i', nulls: 0, distinct: 12, min: 0, max: 11, histogram: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
      {
        column: 's',
        nulls: 3,
        distinct: 3,
        min: 's0',
        max: 's2',
        top: [
          { value: 's0', count: 3 },
          { value: 's1', count: 3 },
          { value: 's2', count: 3 },
        ],
      },
      {
        column: 'd',
        nulls: 0,
        distinct: 12,
        min: '2001-01-01',
        max: '2001-01-12',
        histogram: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      },
      { column: 'b', nulls: 0, distinct: 2, min: false, max: true },
      { column: 'l', nulls: 0, distinct: 12 },
    ]);
  });

  test('values that are not finite, none at all, and one repeated', async () => {
    const { summary } = await engine.query(
      "SELECT * FROM (VALUES ('nan'::DOUBLE, NULL::INT, 5, 'infinity'::DATE), (1, NULL, 5, DATE '2001-01-01'), ('-inf', NULL, 5, NULL)) t(f, n, c, d)",
    );
    expect(summary?.columns[0]).toMatchObject({
      min: '-Infinity',
      max: 'NaN',
      histogram: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    });
    expect(summary?.columns[1]).toEqual({ column: 'n', nulls: 3, distinct: 0 });
    expect(summary?.columns[2]).toMatchObject({ distinct: 1, histogram: [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
  });

  test('numbers as far apart as they can be', async () => {
    const { summary } = await engine.query('SELECT * FROM (VALUES (-1.7e308::DOUBLE), (1.7e308), (0)) t(far)');
    expect(summary?.columns[0]?.histogram).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  test('a large result is summarised on request', async () => {
    const { id, summary } = await engine.query('FROM flights_3m');
    expect(summary).toBeUndefined();
    const { columns } = await engine.summary(id);
    expect(columns.map(({ column }) => column)).toEqual(['date', 'delay', 'distance', 'origin', 'destination']);
    expect(columns[1]?.histogram?.reduce((a, b) => a + b)).toBe(3_000_000);
  });
});

describe('export', () => {
  test.each(['csv', 'parquet'] as const)('%s holds the whole result in its order', async (format) => {
    const folder = await tempFolder();
    try {
      const { id } = await engine.query("SELECT i, 'text ' || i AS t FROM range(5000) r(i) ORDER BY i DESC");
      const path = join(folder.path, `it's.${format}`);
      await engine.export({ id, format, path });
      const back = await engine.query(`FROM '${path.replaceAll("'", "''")}'`);
      expect(back.rows).toBe(5000);
      expect(back.first.slice(0, 2)).toEqual([
        [4999, 'text 4999'],
        [4998, 'text 4998'],
      ]);
    } finally {
      await folder.remove();
    }
  });
});
