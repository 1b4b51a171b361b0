// Builds what is missing or older than its sources: kernel and server (esbuild, under a second)
// and the Lab front end (rspack, once).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
const LOCK = join(root, 'node_modules/.cache/daybook-build.pid');
const SKIPPED = new Set(['node_modules', 'dist', 'static', 'labextension', 'e2e', 'docs']);

/**
 * @param {{ lab?: boolean, labextension?: boolean, say?: (line: string) => void }} options
 * `lab: false` leaves the front end alone (tests that need no browser); `labextension` is for a stock JupyterLab.
 */
export async function buildMissing({ lab = true, labextension = false, say = () => {} } = {}) {
  // An installation that may only be read (another user's, a container image) is never written to.
  if (!existsSync(LOCK) && staleParts({ lab, labextension }).length === 0) return;
  const release = await alone();
  try {
    await build({ lab, labextension, say });
  } finally {
    release();
  }
}

/** Each part that is built: its last output, and the folders it is made from. */
const OUTPUTS = {
  kernel: ['kernel/dist/front.js', ['kernel', 'shared', 'cells']],
  server: ['server/dist/main.js', ['server', 'shared', 'cells']],
  lab: ['extension/app/static/index.json', ['extension', 'shared', 'cells']],
  labextension: ['extension/labextension/package.json', ['extension', 'shared', 'cells']],
};

function staleParts(wanted) {
  const parts = { kernel: true, server: true, ...wanted };
  return Object.keys(OUTPUTS).filter((part) => parts[part] && stale(...OUTPUTS[part]));
}

async function build({ say, ...wanted }) {
  const parts = staleParts(wanted);
  if (parts.includes('kernel')) {
    const { buildKernel } = await import('../../kernel/build.mjs');
    await buildKernel();
  }
  if (parts.includes('server')) {
    const { buildServer } = await import('../../server/build.mjs');
    await buildServer();
  }
  // The server may follow in this very process; the builder's helper would stay beside it.
  if (parts.includes('kernel') || parts.includes('server')) await (await import('esbuild')).stop();
  if (parts.includes('lab')) {
    say('Building the front end (once, about half a minute) …');
    const { buildLab } = await import('../../extension/app/build.mjs');
    await buildLab();
  }
  if (parts.includes('labextension')) {
    const { buildLabextension } = await import('../../extension/stock/build.mjs');
    await buildLabextension();
  }
}

/**
 * Waits until no other program builds in this checkout (two starts at once, or tests that start
 * servers side by side), so that nobody runs half-written output.
 */
async function alone() {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      return () => rmSync(LOCK, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (alive(LOCK)) await pause(50);
    else rmSync(LOCK, { force: true });
  }
}

function alive(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Between creation and the first write the file is empty: somebody is about to hold it.
    if (holder === 0) return Date.now() - statSync(lock).mtimeMs < 1_000;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
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
