import { DuckDBInstance } from '@duckdb/node-api';
import { encodeArrow } from '../data/window.ts';
import { alternate, type Figure, figure } from './figure.ts';

const ROWS = 1_000_000;

/** A million rows of ten mixed columns out of DuckDB: our Arrow stream against the library's ways. */
export async function arrow(rounds = 3): Promise<Figure[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`CREATE TABLE t AS SELECT i::INTEGER AS a, i AS b, i * 0.5 AS c, i % 7 = 0 AS d,
      'short ' || i % 100 AS e, 'a longer text, number ' || i AS f, DATE '2001-01-01' + (i % 3650)::INTEGER AS g,
      TIMESTAMP '2001-01-01' + to_seconds(i) AS h, (i / 100)::DECIMAL(18, 2) AS k,
      CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS l FROM range(${ROWS}) r(i)`);
    const select = () => connection.run('FROM t');
    const ours = async () => (await encodeArrow(await select(), { rows: ROWS })).bytes;
    const json = await alternate(rounds, ours, async () =>
      Buffer.from(JSON.stringify(await (await select()).getRowsJson())),
    );
    const columns = await alternate(rounds, ours, async () => (await select()).getColumns());
    const touch = await alternate(rounds, ours, async () => {
      const result = await select();
      let bytes = 0;
      for (const chunk of await result.fetchAllChunks()) {
        for (let index = 0; index < chunk.columnCount; index++) bytes += chunk.getColumnVector(index).itemCount;
      }
      return bytes;
    });
    return [
      figure('arrow', '1M×10 rows to bytes', 'JSON rows (node-api)', json),
      figure('arrow', '1M×10 rows out of DuckDB', 'JavaScript columns (node-api)', columns),
      figure('arrow', '1M×10 rows out of DuckDB', 'touching the vectors (no values read)', touch),
    ];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
