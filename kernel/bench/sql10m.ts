import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Engine } from '../data/engine.ts';
import { duckdbOptions } from '../data/settings.ts';
import { tempFolder } from '../data/testing.ts';
import { alternate, type Figure, figure } from './figure.ts';

const ROWS = 10_000_000;
/** The same rows every time. */
const SOURCE = `SELECT i AS id, 'city ' || hash(i) % 300 AS city, (hash(i + 1) % 100000) / 100.0 AS amount,
  DATE '2020-01-01' + (i % 2000)::INTEGER AS day, hash(i + 2) % 10 < 3 AS returned FROM range(${ROWS}) r(i)`;

const QUERIES = {
  'group-by': `SELECT city, count(*) AS n, sum(amount) AS total, avg(amount) AS mean FROM 'sales.parquet'
    GROUP BY city ORDER BY total DESC`,
  'filter and top': `SELECT * FROM 'sales.parquet' WHERE returned AND amount > 990 ORDER BY amount DESC, id LIMIT 1000`,
} as const;

/** A SQL cell's query and first rows over a Parquet file of ten million rows, against raw DuckDB. */
export async function sql10m(rounds = 7): Promise<Figure[]> {
  const temp = await tempFolder();
  const places = { cwd: temp.path, workspace: temp.path };
  const engine = await Engine.create({ kernelId: 'bench', ...places });
  const instance = await DuckDBInstance.create(':memory:', duckdbOptions(places, join(temp.path, 'spill')));
  const raw = await instance.connect();
  await raw.run(`COPY (${SOURCE}) TO '${join(temp.path, 'sales.parquet')}' (FORMAT parquet, COMPRESSION zstd)`);
  await raw.run(`SET file_search_path = '${temp.path}'`);
  try {
    const figures: Figure[] = [];
    for (const [name, text] of Object.entries(QUERIES)) {
      const times = await alternate(
        rounds,
        () => engine.query(text),
        async () => (await raw.runAndReadUntil(text, 50)).getRowsJson(),
      );
      figures.push(figure('sql10m', `${name} over 10M rows of Parquet to first rows`, 'raw DuckDB', times));
    }
    return figures;
  } finally {
    raw.closeSync();
    instance.closeSync();
    await engine.close();
    await temp.remove();
  }
}
