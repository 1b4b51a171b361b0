import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { kernelBundles } from './build.mjs';

/** Packages that each entry loads before its first line runs, by the name of its output. */
const loads = new Map<string, Set<string>>();

beforeAll(async () => {
  const { metafile } = await build({ ...kernelBundles(), write: false, metafile: true });
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === undefined) continue;
    const seen = new Set([file]);
    const packages = new Set<string>();
    for (const each of seen) {
      for (const { path, kind, external } of metafile.outputs[each]?.imports ?? []) {
        if (kind !== 'import-statement') continue;
        if (external !== true) seen.add(path);
        else if (!path.startsWith('node:')) packages.add(path);
      }
    }
    loads.set(/dist\/(.+)\.js$/.exec(file)?.[1] ?? file, packages);
  }
});

test.each([
  ['front', []],
  ['bin/daybook-kernel', []],
  ['executor', ['oxc-parser', 'oxc-transform']],
  ['control-worker', []],
])('K47 %s loads no more packages at its start than it must', (entry, needed) => {
  expect([...(loads.get(entry) ?? ['not built'])].sort()).toEqual(needed);
});
