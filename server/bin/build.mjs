// Builds what is missing or older than its sources: kernel and server (esbuild, under a second)
// and the Lab front end (rspack, once).
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const SKIPPED = new Set(['node_modules', 'dist', 'static', 'labextension', 'e2e', 'docs']);

/**
 * @param {{ lab?: boolean, say?: (line: string) => void }} options
 * `lab: false` leaves the front end alone (tests that need no browser).
 */
export async function buildMissing({ lab = true, say = () => {} } = {}) {
  if (stale('kernel/dist/front.js', ['kernel', 'shared', 'cells'])) {
    const { buildKernel } = await import('../../kernel/build.mjs');
    await buildKernel();
  }
  if (stale('server/dist/main.js', ['server', 'shared', 'cells'])) {
    const { buildServer } = await import('../../server/build.mjs');
    await buildServer();
  }
  if (lab && stale('extension/app/static/index.json', ['extension', 'shared', 'cells'])) {
    say('Building the front end (once, about half a minute) …');
    const { buildLab } = await import('../../extension/app/build.mjs');
    await buildLab();
  }
}

function stale(output, folders) {
  const path = join(root, output);
  if (!existsSync(path)) return true;
  const built = statSync(path).mtimeMs;
  const manifests = ['package.json', 'package-lock.json'].map((name) => join(root, name));
  return (
    manifests.some((file) => existsSync(file) && statSync(file).mtimeMs > built) ||
    folders.some((folder) => newer(join(root, folder), built))
  );
}

function newer(folder, than) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (SKIPPED.has(entry.name)) return false;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return newer(path, than);
    return !/\.test\.ts$/.test(entry.name) && statSync(path).mtimeMs > than;
  });
}
