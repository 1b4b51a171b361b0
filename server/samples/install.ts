import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Data files the sample notebooks read, as they are named in the npm package `vega-datasets`. */
const DATA = ['flights-3m.parquet', 'seattle-weather.csv', 'stocks.csv'];

/**
 * Fills a new workspace with the sample notebooks and their data. Files that exist are left
 * alone, so running it again restores only what is missing.
 */
export async function installSamples(folder: string): Promise<void> {
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  await cp(notebooks(), folder, { recursive: true, force: false, errorOnExist: false });
  // The package exports only its main module, which lies in `build/`, beside `data/`.
  const source = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data');
  await Promise.all(
    DATA.filter((name) => !existsSync(join(data, name))).map((name) => copyFile(join(source, name), join(data, name))),
  );
}

/** The notebooks lie beside this file in the sources, and one folder up once it is bundled. */
function notebooks(): string {
  const places = ['notebooks', '../samples/notebooks', '../../samples/notebooks'];
  const found = places.map((place) => join(import.meta.dirname, place)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`sample notebooks not found beside ${import.meta.dirname}`);
  return found;
}
