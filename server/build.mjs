// Bundles the server into server/dist: the program and its workers.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;

/** Output name → entry; workers are their own entries so that threads can start them by URL. */
const ENTRIES = { main: 'main.ts' };

export async function buildServer() {
  const entryPoints = Object.fromEntries(
    Object.entries(ENTRIES)
      .filter(([, file]) => existsSync(join(here, file)))
      .map(([out, file]) => [out, join(here, file)]),
  );
  await build({
    entryPoints,
    outdir: join(here, 'dist'),
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    plugins: [inlineWorkspace],
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

/** Our own workspace packages are bundled; everything from npm stays outside. */
const inlineWorkspace = {
  name: 'inline-workspace',
  setup(builder) {
    builder.onResolve({ filter: /^@daybook\// }, (args) => {
      const [, name, ...rest] = args.path.split('/');
      return { path: join(here, '..', name, `${rest.join('/')}.ts`) };
    });
  },
};
