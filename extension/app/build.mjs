// Builds the Lab front end into app/static: bundles, schemas, default settings, and the list of
// files that the page names. `node extension/app/build.mjs` builds it alone; `--watch` rebuilds.

import { cp, mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rspack } from '@rspack/core';
import { compressFiles } from './compress.mjs';
import { LAB_PACKAGES, packageOf } from './packages.mjs';
import { labConfig } from './rspack.config.mjs';
import { styleEntry } from './style-entry.mjs';
import { sweep } from './sweep.mjs';

const here = import.meta.dirname;
const output = join(here, 'static');
const cache = join(here, '../../node_modules/.cache/daybook-lab');

/**
 * Builds once; fails with the bundler's errors. Files are named by their content and those of the
 * build before stay, so the page works all the while; `index.json` is replaced last and dated to
 * the start, so a build that broke off or missed a late change is made again.
 */
export async function buildLab({ mode = 'production' } = {}) {
  const started = new Date();
  const compiler = rspack(await labConfig({ output, styles: await writeStyles(), mode }));
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, result) => (error ? reject(error) : resolve(result))),
  );
  await new Promise((resolve) => compiler.close(resolve));
  await finish(stats, { mode, started });
}

async function watchLab() {
  const compiler = rspack(await labConfig({ output, styles: await writeStyles(), mode: 'development' }));
  compiler.watch({ aggregateTimeout: 100 }, (error, stats) => {
    const done = error ? Promise.reject(error) : finish(stats, { mode: 'development', started: new Date() });
    done.then(() => console.log('Front end rebuilt.')).catch((problem) => console.error(problem.message));
  });
}

async function finish(stats, { mode, started }) {
  if (stats.hasErrors()) throw new Error(stats.toString({ preset: 'errors-only' }));
  await copySchemas();
  for (const name of ['page.json', 'overrides.json', 'workspace.json']) await cp(join(here, name), join(output, name));
  await mkdir(join(output, 'themes'), { recursive: true });
  const built = Object.keys(stats.compilation.assets);
  if (mode === 'production') await compressFiles(output, built);
  const index = join(output, 'index.json');
  await writeFile(`${index}.part`, `${JSON.stringify(pageFiles(stats, built), null, 2)}\n`);
  await utimes(`${index}.part`, started, started);
  await rename(`${index}.part`, index);
  await sweep(output, built);
}

/** What the page loads: the entry script; styles and the chunks it will ask for next, to be
 * preloaded; `document` are those that a document needs beyond. */
function pageFiles(stats, built) {
  const { entrypoints, chunks } = stats.toJson({ all: false, entrypoints: true, chunks: true });
  const scripts = entrypoints.main.assets.map(({ name }) => name).filter((name) => name.endsWith('.js'));
  const filesOf = (wanted) => chunks.filter(({ names }) => names.includes(wanted)).flatMap(({ files }) => files);
  const next = ['lab', 'app'].flatMap(filesOf);
  const styles = next.filter((file) => file.endsWith('.css'));
  const fonts = built.filter(
    (name) => /latin-(wght|standard)-normal\.[0-9a-f]+\.woff2$/.test(name) && !/latin-ext/.test(name),
  );
  const code = (files) => files.filter((file) => file.endsWith('.js'));
  return { scripts, styles, preload: [...code(next), ...fonts], document: code(filesOf('notebook')) };
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
