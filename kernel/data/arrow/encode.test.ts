import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC as flechette } from '@uwdata/flechette';
import { tableFromIPC as arrowJs, DataType, MapRow, StructRow, Vector } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeArrow } from '../window.ts';

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function encode(sql: string): Promise<Uint8Array> {
  return (await encodeArrow(await connection.run(sql))).bytes;
}

type Plain = null | string | boolean | Plain[] | { [key: string]: Plain };

/** Values of both decoders in one form: numbers as text, bytes as hex, nested values as JSON. */
function plain(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Date) return String(value.getTime());
  if (value instanceof MapRow) return [...value].map(([key, entry]) => [plain(key), plain(entry)]);
  if (value instanceof Map) return [...value].map(([key, entry]) => [plain(key), plain(entry)]);
  if (value instanceof StructRow) return plainObject(value.toJSON());
  if (value instanceof Vector) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plain);
  return plainObject(value as Record<string, unknown>);
}

function plainObject(value: Record<string, unknown>): Plain {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

function byFlechette(bytes: Uint8Array): { type: string; values: Plain[] } {
  const table = flechette(bytes, { useBigInt: true, useDecimalInt: true });
  const column = table.getChildAt(0);
  return { type: String(column.type.typeId), values: [...column].map(plain) };
}

/** apache-arrow gives decimals and intervals as words of raw memory. */
function byArrowJs(bytes: Uint8Array): { type: string; values: Plain[] } {
  const column = arrowJs(bytes).getChildAt(0);
  if (column === null) throw new Error('no column');
  const { type } = column;
  const values = [...column].map((value) => {
    if (value === null) return null;
    if (DataType.isDecimal(type)) return String(fromWords(value));
    if (DataType.isInterval(type)) {
      const nanos = BigInt.asIntN(64, (BigInt(value[3] >>> 0) << 32n) | BigInt(value[2] >>> 0));
      return [String(value[0]), String(value[1]), String(nanos)];
    }
    return plain(value);
  });
  return { type: String(type), values };
}

function fromWords(words: ArrayLike<number>): bigint {
  let value = 0n;
  for (let index = words.length - 1; index >= 0; index--) value = (value << 32n) | BigInt((words[index] ?? 0) >>> 0);
  return BigInt.asIntN(words.length * 32, value);
}

interface Case {
  readonly type: string;
  readonly arrow: string;
  /** SQL values; NULL is added behind them. */
  readonly values: readonly string[];
  readonly expected: readonly Plain[];
}

const long = 'a text of more than twelve bytes, ünïcödé 🦆';

const CASES: readonly Case[] = [
  { type: 'BOOLEAN', arrow: 'Bool', values: ['true', 'false'], expected: [true, false] },
  { type: 'TINYINT', arrow: 'Int8', values: ['-128', '127'], expected: ['-128', '127'] },
  { type: 'SMALLINT', arrow: 'Int16', values: ['-32768', '32767'], expected: ['-32768', '32767'] },
  { type: 'INTEGER', arrow: 'Int32', values: ['-2147483648', '2147483647'], expected: ['-2147483648', '2147483647'] },
  {
    type: 'BIGINT',
    arrow: 'Int64',
    values: ['-9223372036854775808', '9223372036854775807'],
    expected: ['-9223372036854775808', '9223372036854775807'],
  },
  { type: 'UTINYINT', arrow: 'Uint8', values: ['0', '255'], expected: ['0', '255'] },
  { type: 'USMALLINT', arrow: 'Uint16', values: ['65535'], expected: ['65535'] },
  { type: 'UINTEGER', arrow: 'Uint32', values: ['4294967295'], expected: ['4294967295'] },
  { type: 'UBIGINT', arrow: 'Uint64', values: ['18446744073709551615'], expected: ['18446744073709551615'] },
  {
    type: 'HUGEINT',
    arrow: 'Decimal[38e0]',
    values: ['170141183460469231731687303715884105727', '-170141183460469231731687303715884105728', '-1'],
    expected: ['170141183460469231731687303715884105727', '-170141183460469231731687303715884105728', '-1'],
  },
  {
    type: 'UHUGEINT',
    arrow: 'Decimal[39e0]',
    values: ['340282366920938463463374607431768211455', '0'],
    expected: ['340282366920938463463374607431768211455', '0'],
  },
  { type: 'DECIMAL(4,1)', arrow: 'Decimal[4e+1]', values: ['-999.9', '0.1'], expected: ['-9999', '1'] },
  { type: 'DECIMAL(9,4)', arrow: 'Decimal[9e+4]', values: ['-12345.6789', '1'], expected: ['-123456789', '10000'] },
  {
    type: 'DECIMAL(18,6)',
    arrow: 'Decimal[18e+6]',
    values: ['-999999999999.999999', '0.000001'],
    expected: ['-999999999999999999', '1'],
  },
  {
    type: 'DECIMAL(38,10)',
    arrow: 'Decimal[38e+10]',
    values: ['-9999999999999999999999999999.9999999999'],
    expected: ['-99999999999999999999999999999999999999'],
  },
  { type: 'FLOAT', arrow: 'Float32', values: ['1.5', "'nan'", "'-inf'"], expected: ['1.5', 'NaN', '-Infinity'] },
  { type: 'DOUBLE', arrow: 'Float64', values: ['0.1', "'nan'", "'inf'"], expected: ['0.1', 'NaN', 'Infinity'] },
  {
    type: 'VARCHAR',
    arrow: 'Utf8',
    values: ["''", "'twelve bytes'", "'thirteen byte'", `'${long}'`, "'日本語'"],
    expected: ['', 'twelve bytes', 'thirteen byte', long, '日本語'],
  },
  { type: 'JSON', arrow: 'Utf8', values: [`'{"a": [1, 2]}'`], expected: ['{"a": [1, 2]}'] },
  { type: 'BLOB', arrow: 'Binary', values: ["'\\x00\\xFF'", "''"], expected: ['00ff', ''] },
  { type: 'BIT', arrow: 'Utf8', values: ["'10101'"], expected: ['10101'] },
  {
    type: 'UUID',
    arrow: 'Utf8',
    values: ["'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'01234567-89ab-cdef-0123-456789abcdef'"],
    expected: ['ffffffff-ffff-ffff-ffff-ffffffffffff', '01234567-89ab-cdef-0123-456789abcdef'],
  },
  { type: 'DATE', arrow: 'Date32<DAY>', values: ["'1970-01-02'", "'1969-12-31'"], expected: ['86400000', '-86400000'] },
  {
    type: 'TIME',
    arrow: 'Time64<MICROSECOND>',
    values: ["'00:00:01.000002'", "'23:59:59.999999'"],
    expected: ['1000002', '86399999999'],
  },
  { type: 'TIMETZ', arrow: 'Utf8', values: ["'12:34:56+02'"], expected: ['12:34:56+02'] },
  {
    type: 'TIMESTAMP_S',
    arrow: 'Timestamp<SECOND>',
    values: ["'2001-02-03 04:05:06'"],
    expected: [String(Date.UTC(2001, 1, 3, 4, 5, 6))],
  },
  {
    type: 'TIMESTAMP_MS',
    arrow: 'Timestamp<MILLISECOND>',
    values: ["'2001-02-03 04:05:06.789'"],
    expected: [String(Date.UTC(2001, 1, 3, 4, 5, 6, 789))],
  },
  {
    type: 'TIMESTAMP',
    arrow: 'Timestamp<MICROSECOND>',
    values: ["'2001-02-03 04:05:06.789'", "'1969-12-31 23:59:59'"],
    expected: [String(Date.UTC(2001, 1, 3, 4, 5, 6, 789)), '-1000'],
  },
  {
    type: 'TIMESTAMP_NS',
    arrow: 'Timestamp<NANOSECOND>',
    values: ["'2001-02-03 04:05:06.789'"],
    expected: [String(Date.UTC(2001, 1, 3, 4, 5, 6, 789))],
  },
  {
    type: 'TIMESTAMPTZ',
    arrow: 'Timestamp<MICROSECOND, UTC>',
    values: ["'2001-02-03 04:05:06+02'"],
    expected: [String(Date.UTC(2001, 1, 3, 2, 5, 6))],
  },
  {
    type: 'INTERVAL',
    arrow: 'Interval<MONTH_DAY_NANO>',
    values: ["'14 months 3 days 5 microseconds'", "'-1 second'"],
    expected: [
      ['14', '3', '5000'],
      ['0', '0', '-1000000000'],
    ],
  },
  {
    type: "ENUM('sad', 'ok', 'glad')",
    arrow: 'Dictionary<Uint8, Utf8>',
    values: ["'glad'", "'sad'"],
    expected: ['glad', 'sad'],
  },
  {
    type: 'INTEGER[]',
    arrow: 'List<Int32>',
    values: ['[]', '[1, NULL, 3]', 'NULL', '[4]'],
    expected: [[], ['1', null, '3'], null, ['4']],
  },
  {
    type: 'VARCHAR[][]',
    arrow: 'List<List<Utf8>>',
    values: [`[['a'], [], NULL, ['${long}', 'b']]`, '[]'],
    expected: [[['a'], [], null, [long, 'b']], []],
  },
  {
    type: 'INTEGER[2]',
    arrow: 'FixedSizeList[2]<Int32>',
    values: ['[1, 2]', 'NULL', '[NULL, 4]'],
    expected: [['1', '2'], null, [null, '4']],
  },
  {
    type: 'STRUCT(a INTEGER, b VARCHAR[])',
    arrow: 'Struct<{a:Int32, b:List<Utf8>}>',
    values: ["{'a': 1, 'b': ['x', 'y']}", "{'a': NULL, 'b': NULL}"],
    expected: [
      { a: '1', b: ['x', 'y'] },
      { a: null, b: null },
    ],
  },
  {
    type: 'MAP(VARCHAR, INTEGER)',
    arrow: 'Map<{key:Utf8, value:Int32}>',
    values: ["MAP {'a': 1, 'b': NULL}", 'MAP {}'],
    expected: [
      [
        ['a', '1'],
        ['b', null],
      ],
      [],
    ],
  },
  { type: 'UNION(n INTEGER, s VARCHAR)', arrow: 'Utf8', values: ['1', "'x'"], expected: ['1', 'x'] },
  {
    type: 'BIGNUM',
    arrow: 'Utf8',
    values: ["'123456789012345678901234567890123456789012'"],
    expected: ['123456789012345678901234567890123456789012'],
  },
];

describe.each(CASES)('$type as Arrow $arrow', ({ type, arrow, values, expected }) => {
  const rows = [...values, 'NULL'].map((value, index) => `(${index}, CAST(${value} AS ${type}))`);
  const sql = `SELECT v FROM (VALUES ${rows.join(', ')}) AS t(i, v) ORDER BY i`;

  test('apache-arrow reads it', async () => {
    const { type: decoded, values: found } = byArrowJs(await encode(sql));
    expect(decoded).toBe(arrow);
    expect(found).toEqual([...expected, null]);
  });

  test('flechette reads it', async () => {
    expect(byFlechette(await encode(sql)).values).toEqual([...expected, null]);
  });

  test('no rows, and only nulls', async () => {
    expect(byFlechette(await encode(`SELECT v FROM (${sql}) WHERE false`)).values).toEqual([]);
    expect(byArrowJs(await encode(`SELECT v FROM (${sql}) WHERE false`)).type).toBe(arrow);
    const nulls = await encode(`SELECT CAST(NULL AS ${type}) AS v FROM range(3)`);
    expect(byFlechette(nulls).values).toEqual([null, null, null]);
    expect(byArrowJs(nulls).values).toEqual([null, null, null]);
  });

  test('many rows over several batches, with rows left out', async () => {
    const many = await encode(
      `SELECT v FROM range(150_000) r(n) JOIN (VALUES ${rows.join(', ')}) AS t(i, v) ON i = n % ${rows.length}
       WHERE n % 7 <> 0 ORDER BY n`,
    );
    const wanted = [...expected, null];
    const kept = Array.from({ length: 150_000 }, (_, n) => n).filter((n) => n % 7 !== 0);
    const found = byFlechette(many).values;
    expect(found.length).toBe(kept.length);
    for (const [place, n] of kept.entries()) {
      if (place % 997 !== 0 && place < kept.length - 5) continue;
      expect(found[place]).toEqual(wanted[n % rows.length]);
    }
  });
});

describe('the stream as a whole', () => {
  test('a duplicate column name is made distinct', async () => {
    const table = arrowJs(await encode('SELECT 1 AS a, 2 AS a'));
    expect(table.schema.names).toEqual(['a', 'a:1']);
  });

  test('an enum of more than 256 values, and one inside a list', async () => {
    const values = Array.from({ length: 300 }, (_, index) => `'v${index}'`).join(', ');
    const bytes = await encode(`SELECT CAST('v299' AS ENUM(${values})) AS e`);
    expect(byArrowJs(bytes)).toEqual({ type: 'Dictionary<Uint16, Utf8>', values: ['v299'] });
    const nested = await encode(`SELECT [CAST('v1' AS ENUM(${values})), NULL] AS e`);
    expect(byFlechette(nested).values).toEqual([['v1', null]]);
    expect(byArrowJs(nested).values).toEqual([['v1', null]]);
  });

  test('every type DuckDB knows is decoded without an error', async () => {
    const bytes = await encode(
      'SELECT * EXCLUDE (timestamp, timestamp_ms, timestamp_s, timestamp_ns, timestamp_tz, timestamp_array, timestamptz_array) FROM test_all_types()',
    );
    const table = arrowJs(bytes);
    expect(table.numRows).toBe(3);
    for (const column of table.schema.fields) expect([...(table.getChild(column.name) ?? [])].length).toBe(3);
    const read = flechette(bytes, { useBigInt: true });
    expect(read.toArray().length).toBe(3);
  });

  test('lists that point anywhere into their child', async () => {
    await connection.run(
      "CREATE OR REPLACE TABLE lists AS SELECT n, list_transform(range(n % 4), x -> 'item ' || n || '/' || x) AS l FROM range(5000) r(n)",
    );
    const sql = 'SELECT l FROM lists WHERE n % 3 = 0 ORDER BY n DESC';
    const wanted = Array.from({ length: 5000 }, (_, n) => n)
      .filter((n) => n % 3 === 0)
      .reverse()
      .map((n) => Array.from({ length: n % 4 }, (_, x) => `item ${n}/${x}`));
    const bytes = await encode(sql);
    expect(byFlechette(bytes).values).toEqual(wanted);
    expect(byArrowJs(bytes).values).toEqual(wanted);
  });

  test('an interval beyond 292 years keeps its length', async () => {
    const bytes = await encode('SELECT to_microseconds(9_300_000_000_000_000) AS i');
    const days = Math.floor(9_300_000_000_000_000 / 86_400_000_000);
    const rest = (9_300_000_000_000_000n % 86_400_000_000n) * 1000n;
    expect(byArrowJs(bytes).values).toEqual([['0', String(days), String(rest)]]);
  });
});
