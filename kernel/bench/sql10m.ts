import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tempFolder } from '../data/testing.ts';
import type { Figure } from './figure.ts';
import { againstRawDuckDB } from './raw.ts';

const ROWS = 10_000_000;
/** The same rows every time. */
const SOURCE = `SELECT i AS id, 'city ' || hash(i) % 300 AS city, (hash(i + 1) % 100000) / 100.0 AS amount,
  DATE '2020-01-01' + (i % 2000)::INTEGER AS day, hash(i + 2) % 10 < 3 AS returned FROM range(${ROWS}) r(i)`;

const queries = {
  'group-by over 10M rows of Parquet to first rows': `SELECT city, count(*) AS n, sum(amount) AS total,
    avg(amount) AS mean FROM 'sales.parquet' GROUP BY city ORDER BY total DESC`,
  'filter and top over 10M rows of Parquet to first rows': `SELECT * FROM 'sales.parquet'
    WHERE returned AND amount > 990 ORDER BY amount DESC, id LIMIT 1000`,
} as const;

/** A SQL cell's query and first rows over a Parquet file of ten million rows. */
export async function sql10m(rounds = 7): Promise<Figure[]> {
  const temp = await tempFolder();
  try {
    const writer = await DuckDBInstance.create(':memory:');
    const connection = await writer.connect();
    await connection.run(
      `COPY (${SOURCE}) TO '${join(temp.path, 'sales.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    connection.closeSync();
    writer.closeSync();
    return await againstRawDuckDB({
      bench: 'sql10m',
      folder: temp.path,
      spill: join(temp.path, 'spill'),
      rounds,
      queries,
    });
  } finally {
    await temp.remove();
  }
}
