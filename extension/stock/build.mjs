// Builds the prebuilt labextension for a stock JupyterLab into extension/labextension, with
// JupyterLab's own builder. `node extension/stock/build.mjs` builds it alone.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

export async function buildLabextension() {
  const builder = require.resolve('@jupyter/builder/lib/build-labextension.js');
  const core = require.resolve('@jupyterlab/core-meta/core.package.json');
  const child = spawn(process.execPath, [builder, '--core-package-file', core, import.meta.dirname], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  child.stdout.on('data', (text) => said.push(text));
  child.stderr.on('data', (text) => said.push(text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The labextension could not be built:\n${Buffer.concat(said)}`);
  // Of our settings those whose plugins are in here.
  const here = import.meta.dirname;
  await cp(join(here, '../schema/graph.json'), join(here, '../labextension/schemas/@daybook/extension/graph.json'));
}

if (process.argv[1] === import.meta.filename) {
  await buildLabextension();
  console.log('Built extension/labextension. “npx daybook-kernel install” installs it beside the kernel.');
}
