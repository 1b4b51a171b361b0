import { DuckDBInstance } from '@duckdb/node-api';
import { Engine } from '../data/engine.ts';
import { duckdbOptions } from '../data/settings.ts';
import { DATASETS, tempFolder } from '../data/testing.ts';
import { alternate, type Figure, figure } from './figure.ts';

const QUERIES = {
  'group-by': `SELECT origin, count(*) AS n, avg(delay) AS delay, sum(distance) AS distance
    FROM 'flights-3m.parquet' GROUP BY origin ORDER BY n DESC`,
  'filter-sort': `SELECT * FROM 'flights-3m.parquet' WHERE delay > 120 ORDER BY delay DESC, date`,
  'one-row': 'SELECT 1 AS one',
} as const;

/** A SQL cell's query and first rows against raw DuckDB with the same options in the same process. */
export async function sql(rounds = 15): Promise<Figure[]> {
  const temp = await tempFolder();
  const places = { cwd: DATASETS, workspace: DATASETS };
  const engine = await Engine.create({ kernelId: 'bench', ...places });
  const instance = await DuckDBInstance.create(':memory:', duckdbOptions(places, temp.path));
  const raw = await instance.connect();
  await raw.run(`SET file_search_path = '${DATASETS}'`);
  try {
    const figures: Figure[] = [];
    for (const [name, text] of Object.entries(QUERIES)) {
      const times = await alternate(
        rounds,
        () => engine.query(text),
        async () => (await raw.runAndReadUntil(text, 50)).getRowsJson(),
      );
      figures.push(figure('sql', `${name} to first rows`, 'raw DuckDB', times));
    }
    return figures;
  } finally {
    raw.closeSync();
    instance.closeSync();
    await engine.close();
    await temp.remove();
  }
}
