// Builds the Lab front end into app/static: bundles, schemas, default settings, and the list of
// files that the page names. `node extension/app/build.mjs` builds it alone; `--watch` rebuilds.

import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rspack } from '@rspack/core';
import { compressFolder } from './compress.mjs';
import { LAB_PACKAGES, packageOf } from './packages.mjs';
import { labConfig } from './rspack.config.mjs';
import { styleEntry } from './style-entry.mjs';

const here = import.meta.dirname;
const output = join(here, 'static');
const cache = join(here, '../../node_modules/.cache/daybook-lab');

/** Builds once; fails with the bundler's errors. `index.json` is written last, so it marks a whole build. */
export async function buildLab({ mode = 'production' } = {}) {
  await rm(join(output, 'index.json'), { force: true });
  const compiler = rspack(await labConfig({ output, styles: await writeStyles(), mode }));
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, result) => (error ? reject(error) : resolve(result))),
  );
  await new Promise((resolve) => compiler.close(resolve));
  await finish(stats, mode);
}

async function watchLab() {
  const compiler = rspack(await labConfig({ output, styles: await writeStyles(), mode: 'development' }));
  compiler.watch({ aggregateTimeout: 100 }, (error, stats) => {
    const done = error ? Promise.reject(error) : finish(stats, 'development');
    done.then(() => console.log('Front end rebuilt.')).catch((problem) => console.error(problem.message));
  });
}

async function finish(stats, mode) {
  if (stats.hasErrors()) throw new Error(stats.toString({ preset: 'errors-only' }));
  await copySchemas();
  for (const name of ['page.json', 'overrides.json', 'workspace.json']) await cp(join(here, name), join(output, name));
  await mkdir(join(output, 'themes'), { recursive: true });
  if (mode === 'production') await compressFolder(output);
  const index = join(output, 'index.json');
  await writeFile(`${index}.part`, `${JSON.stringify(pageFiles(stats), null, 2)}\n`);
  await rename(`${index}.part`, index);
}

/** What the page loads: the entry script; styles and the chunks it will ask for next, to be preloaded. */
function pageFiles(stats) {
  const { entrypoints, chunks, assets } = stats.toJson({ all: false, entrypoints: true, chunks: true, assets: true });
  const scripts = entrypoints.main.assets.map(({ name }) => name).filter((name) => name.endsWith('.js'));
  const next = ['lab', 'app'].flatMap((wanted) =>
    chunks.filter(({ names }) => names.includes(wanted)).flatMap(({ files }) => files),
  );
  const styles = next.filter((file) => file.endsWith('.css'));
  const fonts = assets
    .map(({ name }) => name)
    .filter((name) => /latin-(wght|standard)-normal\.[0-9a-f]+\.woff2$/.test(name) && !/latin-ext/.test(name));
  return { scripts, styles, preload: [...next.filter((file) => file.endsWith('.js')), ...fonts] };
}

/** The settings schemas of every package in the bundle, at `schemas/<package>/<plugin>.json`. */
async function copySchemas() {
  const folders = LAB_PACKAGES.map((name) => ({ name, ...packageOf(name) }));
  const ours = {
    name: '@daybook/extension',
    folder: join(here, '..'),
    manifest: { version: '0', jupyterlab: { schemaDir: 'schema' } },
  };
  for (const { name, folder, manifest } of [...folders, ours]) {
    const from = manifest.jupyterlab?.schemaDir;
    if (from === undefined) continue;
    const to = join(output, 'schemas', name);
    await mkdir(to, { recursive: true });
    for (const file of await readdir(join(folder, from))) await cp(join(folder, from, file), join(to, file));
  }
}

async function writeStyles() {
  await mkdir(cache, { recursive: true });
  const file = join(cache, 'styles.js');
  await writeFile(file, styleEntry());
  return file;
}

if (process.argv[1] === import.meta.filename) {
  const started = performance.now();
  if (process.argv.includes('--watch')) await watchLab();
  else {
    await buildLab({ mode: process.argv.includes('--dev') ? 'development' : 'production' });
    console.log(`Front end built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  }
}
