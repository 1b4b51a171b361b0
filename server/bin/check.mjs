// `npm run check`: types, lint and format, layers, unused code. Runs every step even when one
// fails, so that one call shows all there is to mend.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const bin = (name) => join(root, 'node_modules', name);
const WORKSPACES = ['shared', 'cells', 'kernel', 'server', 'extension'];

const steps = [
  ...WORKSPACES.map((name) => [`types ${name}`, bin('typescript-native/bin/tsc'), ['-p', name]]),
  ['lint', bin('@biomejs/biome/bin/biome'), ['check', '--error-on-warnings']],
  [
    'layers',
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    ['--config', '.dependency-cruiser.mjs', ...WORKSPACES],
  ],
  ['unused', bin('knip/bin/knip.js'), []],
];

const failed = steps.filter(([name, program, args]) => {
  const started = Date.now();
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
  process.stdout.write(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
  );
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
