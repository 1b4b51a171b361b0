import { DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api';
import * as aq from 'arquero';
import { Engine } from '../data/engine.ts';
import { packTable } from '../data/tables/pack.ts';
import { DATASETS } from '../data/testing.ts';
import { alternate, type Figure, figure } from './figure.ts';

const ROWS = 1_000_000;
const QUERY = 'SELECT city, sum(amount) AS total FROM people GROUP BY city ORDER BY total DESC';

/** A million objects as a table in SQL, grouped: against arquero and against appending row by row. */
export async function tables(rounds = 3): Promise<Figure[]> {
  const people = Array.from({ length: ROWS }, (_, i) => ({
    id: i,
    name: `person number ${i}`,
    city: `city ${i % 300}`,
    amount: (i % 1000) / 4,
    born: new Date(i * 1e6),
  }));
  const engine = await Engine.create({ kernelId: 'bench', cwd: DATASETS, workspace: DATASETS });
  const instance = await DuckDBInstance.create(':memory:');
  const raw = await instance.connect();
  try {
    const want = async () => ({ kind: 'table' as const, payload: packTable(people, 'people').payload });
    const ours = (): Promise<unknown> => engine.query(QUERY, { want });
    const arquero = await alternate(rounds, ours, async () =>
      aq
        .from(people)
        .groupby('city')
        .rollup({ total: aq.op.sum('amount') })
        .orderby(aq.desc('total'))
        .objects(),
    );
    const rows = await alternate(rounds, ours, async () => {
      await raw.run(
        'CREATE OR REPLACE TABLE people (id INTEGER, name VARCHAR, city VARCHAR, amount DOUBLE, born TIMESTAMP)',
      );
      const appender = await raw.createAppender('people');
      for (const { id, name, city, amount, born } of people) {
        appender.appendInteger(id);
        appender.appendVarchar(name);
        appender.appendVarchar(city);
        appender.appendDouble(amount);
        appender.appendTimestamp(new DuckDBTimestampValue(BigInt(born.getTime()) * 1000n));
        appender.endRow();
      }
      appender.closeSync();
      return raw.runAndReadAll(QUERY);
    });
    return [
      figure('tables', '1M×5 objects to a grouped result', 'arquero', arquero),
      figure('tables', '1M×5 objects to a grouped result', 'DuckDB, appended value by value', rows),
    ];
  } finally {
    raw.closeSync();
    instance.closeSync();
    await engine.close();
  }
}
