// `npm run dev`: builds, starts, and on every saved source builds again and restarts. The front end
// is watched by its own bundler.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { buildMissing } from './build.mjs';
import { checkNodeVersion } from './node-version.mjs';

checkNodeVersion();
const root = join(import.meta.dirname, '../..');
const say = (line) => process.stderr.write(`${line}\n`);
const args = process.argv.slice(2);

let server;
let stopping = false;

function startServer() {
  const child = spawn(
    process.execPath,
    [
      '-e',
      'import(process.argv[1]).then(({ run }) => run(process.argv[2]))',
      join(root, 'server/dist/main.js'),
      ...args,
    ],
    {
      stdio: 'inherit',
    },
  );
  child.once('exit', (code) => {
    if (server === child && !stopping)
      say(`The server ended with code ${code}; it starts again after the next change.`);
  });
  return child;
}

async function restart() {
  try {
    await buildMissing({ lab: false });
  } catch {
    // esbuild has printed what is wrong; the old server keeps running until it is mended.
    return;
  }
  const old = server;
  server = undefined;
  if (old !== undefined && old.exitCode === null) {
    const gone = new Promise((resolve) => old.once('exit', resolve));
    old.kill('SIGTERM');
    await gone;
  }
  if (!stopping) server = startServer();
}

await buildMissing({ say });
const lab = spawn(process.execPath, [join(root, 'extension/app/build.mjs'), '--watch'], { stdio: 'inherit' });
server = startServer();

let timer;
let work = Promise.resolve();
for (const folder of ['shared', 'cells', 'kernel', 'server']) {
  watch(join(root, folder), { recursive: true }, (_, file) => {
    if (file === null || /(^|\/)(dist|node_modules)\/|\.test\.ts$/.test(file) || !/\.(ts|mjs|json)$/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(restart);
    }, 150);
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopping = true;
    lab.kill('SIGTERM');
    if (server === undefined || server.exitCode !== null) process.exit(0);
    server.once('exit', (code) => process.exit(code ?? 0));
    server.kill('SIGTERM');
  });
}
