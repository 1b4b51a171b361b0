import { DuckDBInstance } from '@duckdb/node-api';
import { Engine } from '../data/engine.ts';
import { duckdbOptions } from '../data/settings.ts';
import { alternate, type Figure, figure } from './figure.ts';

export interface Race {
  /** The bench the figures belong to. */
  readonly bench: string;
  /** Where the files are that the queries name. */
  readonly folder: string;
  /** Where raw DuckDB spills. */
  readonly spill: string;
  readonly rounds: number;
  /** Queries by the name of their figure. */
  readonly queries: Readonly<Record<string, string>>;
}

/** Each query and its first rows as a SQL cell gets them, against raw DuckDB with the same options in the same process. */
export async function againstRawDuckDB({ bench, folder, spill, rounds, queries }: Race): Promise<Figure[]> {
  const places = { cwd: folder, workspace: folder };
  const engine = await Engine.create({ kernelId: 'bench', ...places });
  const instance = await DuckDBInstance.create(':memory:', duckdbOptions(places, spill));
  const raw = await instance.connect();
  await raw.run(`SET file_search_path = '${folder}'`);
  try {
    const figures: Figure[] = [];
    for (const [name, text] of Object.entries(queries)) {
      const times = await alternate(
        rounds,
        () => engine.query(text),
        async () => (await raw.runAndReadUntil(text, 50)).getRowsJson(),
      );
      figures.push(figure(bench, name, 'raw DuckDB', times));
    }
    return figures;
  } finally {
    raw.closeSync();
    instance.closeSync();
    await engine.close();
  }
}
