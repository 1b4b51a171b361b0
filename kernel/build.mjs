// Bundles the kernel into kernel/dist: the front (loaded by a host), the executor and its workers,
// the ZeroMQ program, and the kernelspec that names them.

import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const dist = join(here, 'dist');

/** Output name → entry. An output keeps its place in `dist`, so modules find each other by it. */
const ENTRIES = {
  front: 'front.ts',
  executor: 'evaluate/executor.ts',
  'control-worker': 'evaluate/control-worker.ts',
  'module-hooks': 'evaluate/module-hooks.ts',
  'data-worker': 'data/worker.ts',
  'language-worker': 'language/worker.ts',
  'bin/daybook-kernel': 'bin/daybook-kernel.ts',
};

/** The bundles, as esbuild takes them. */
export function kernelBundles() {
  const entryPoints = Object.fromEntries(
    Object.entries(ENTRIES)
      .filter(([, file]) => existsSync(join(here, file)))
      .map(([out, file]) => [out, join(here, file)]),
  );
  return {
    entryPoints,
    outdir: dist,
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
    // A cell's import() has its attributes from the cell.
    logOverride: { 'unsupported-dynamic-import': 'silent' },
  };
}

export async function buildKernel() {
  await build(kernelBundles());
  await cp(join(here, 'language/globals'), join(dist, 'globals'), { recursive: true });
  const spec = {
    // As `kernelspec/install.ts` has it.
    argv: [process.execPath, '--max-semi-space-size=2', join(dist, 'bin/daybook-kernel.js'), '{connection_file}'],
    display_name: 'Daybook (TypeScript)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { daybook: { front: '../../front.js' } },
  };
  await mkdir(join(dist, 'kernelspec/daybook'), { recursive: true });
  await writeFile(join(dist, 'kernelspec/daybook/kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
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
