import { DATASETS, tempFolder } from '../data/testing.ts';
import type { Figure } from './figure.ts';
import { againstRawDuckDB } from './raw.ts';

const queries = {
  'group-by to first rows': `SELECT origin, count(*) AS n, avg(delay) AS delay, sum(distance) AS distance
    FROM 'flights-3m.parquet' GROUP BY origin ORDER BY n DESC`,
  'filter-sort to first rows': `SELECT * FROM 'flights-3m.parquet' WHERE delay > 120 ORDER BY delay DESC, date`,
  'one-row to first rows': 'SELECT 1 AS one',
} as const;

/** A SQL cell's query and first rows over three million rows of flights. */
export async function sql(rounds = 15): Promise<Figure[]> {
  const temp = await tempFolder();
  try {
    return await againstRawDuckDB({ bench: 'sql', folder: DATASETS, spill: temp.path, rounds, queries });
  } finally {
    await temp.remove();
  }
}
