import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Real data sets that npm brings: flights-3m.parquet, stocks.csv, cars.json and more. */
export const DATASETS = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data');

/** A new folder; `remove` takes it away again. */
export async function tempFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'daybook-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Bundles the data worker as it is now, next to the built ones, so that packages resolve. */
export async function buildDataWorker(name: string): Promise<URL> {
  const outfile = join(import.meta.dirname, `../dist/test/${name}.js`);
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'workspaces',
        setup(builder) {
          builder.onResolve({ filter: /^@daybook\// }, ({ path }) => ({
            path: join(import.meta.dirname, '../..', `${path.slice('@daybook/'.length)}.ts`),
          }));
        },
      },
    ],
  });
  return pathToFileURL(outfile);
}
