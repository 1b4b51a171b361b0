// Which modules the application needs at load: everything that `main.ts` reaches without a dynamic
// import. They are bundled into one chunk; the rest stays apart until it is used.

import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const root = join(here, '../..');

/** Absolute paths of the modules reached statically from `main.ts`. */
export async function eagerModules({ alias }) {
  const { metafile } = await build({
    entryPoints: [join(here, 'main.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    outdir: join(root, 'unwritten'),
    format: 'esm',
    splitting: true,
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'silent',
    alias: Object.fromEntries(Object.entries(alias).filter(([, target]) => target !== false)),
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [leaveAssets],
  });
  return reach(metafile.inputs, 'extension/app/main.ts');
}

/** Walks static imports only. */
function reach(inputs, start) {
  const seen = new Set([start]);
  for (const path of seen) {
    for (const { path: next, kind, external } of inputs[path]?.imports ?? []) {
      if (external !== true && kind !== 'dynamic-import') seen.add(next);
    }
  }
  return new Set([...seen].map((path) => join(root, path)));
}

const leaveAssets = {
  name: 'leave-assets',
  setup(builder) {
    builder.onResolve({ filter: /\.(css|svg|png|woff2?|ttf|eot|md|txt)(\?.*)?$/ }, ({ path }) => ({
      path,
      external: true,
    }));
    builder.onResolve({ filter: /^(path|crypto|url|buffer|fs|ws)$/ }, ({ path }) => ({ path, external: true }));
  },
};
