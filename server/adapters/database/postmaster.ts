import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, truncate } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Account } from './account.ts';
import { type Binaries, unavailable } from './binaries.ts';
import { type Endpoint, settings } from './endpoint.ts';
import { type ClusterFolder, environment } from './folder.ts';
import { readPostmasterFile } from './postmaster-file.ts';

/** What runs: programs, as whom, on which folder, listening where. */
export interface Cluster {
  readonly binaries: Binaries;
  readonly account: Account;
  readonly folder: ClusterFolder;
  readonly endpoint: Endpoint;
}

/** Small: this database holds names and rights, not the data that is analysed. */
const SETTINGS = settings({
  max_connections: '24',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  io_method: 'sync',
  huge_pages: 'off',
  jit: 'off',
  timezone: 'UTC',
});

/** Milliseconds: a start after a crash replays the log first; a stop writes everything out. */
const START_TIMEOUT = 120_000;
const STOP_TIMEOUT = 8_000;
const POLL = 10;
/** Bytes of `postgres.log` from which a start begins it anew. */
const LOG_LIMIT = 4 << 20;
/** Processes of a killed PostgreSQL take a moment to notice; until then a new one is refused. */
const REFUSED_FOR_NOW = /still in use/;
const REFUSED_ATTEMPTS = 20;

/** Starts PostgreSQL; resolves when it takes connections. Error: `embedded_database_unavailable`. */
export async function startPostmaster(cluster: Cluster): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt++) {
    const { child, reason } = await tryStart(cluster);
    if (reason === undefined) return child;
    if (attempt >= REFUSED_ATTEMPTS || !REFUSED_FOR_NOW.test(reason)) {
      throw unavailable(`The embedded PostgreSQL did not start: ${reason}`);
    }
    await wait(200);
  }
}

/** Ends PostgreSQL in order; by force when that takes too long (it then recovers at the next start). */
export async function stopPostmaster(child: ChildProcess, { binaries, folder }: Cluster): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  if (platform() === 'win32') spawn(binaries.control, ['stop', '-D', folder.data, '-m', 'fast'], { stdio: 'ignore' });
  else child.kill('SIGINT');
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const late = new AbortController();
    await Promise.race([ended, wait(STOP_TIMEOUT, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    if (hasEnded(child)) return;
    child.kill(signal);
  }
  await ended;
}

async function tryStart({
  binaries,
  account,
  folder,
  endpoint,
}: Cluster): Promise<{ child: ChildProcess; reason?: string }> {
  const from = await beginLog(folder.log);
  const log = await open(folder.log, 'a', 0o600);
  const [command = binaries.postgres, ...rest] = [
    ...account.prefix,
    binaries.postgres,
    '-D',
    folder.data,
    ...SETTINGS,
    ...endpoint.flags,
  ];
  const child = spawn(command, rest, {
    stdio: ['ignore', log.fd, log.fd],
    env: environment(),
    cwd: folder.root,
    // Its own group: an interrupt typed at the terminal is for the server, which still needs it.
    detached: platform() !== 'win32',
    windowsHide: true,
  });
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  await log.close();
  const deadline = Date.now() + START_TIMEOUT;
  while (failure === undefined && !hasEnded(child) && Date.now() < deadline) {
    const file = readPostmasterFile(folder.data);
    if (file?.ready === true && file.pid === child.pid) return { child };
    await wait(POLL);
  }
  if (failure !== undefined) return { child, reason: failure.message };
  if (!hasEnded(child)) {
    child.kill('SIGQUIT');
    return { child, reason: `it was not ready after ${START_TIMEOUT / 1000} s; see ${folder.log}.` };
  }
  return { child, reason: await lastWords(folder.log, from) };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Answers where this start's messages begin. */
async function beginLog(path: string): Promise<number> {
  const file = await open(path, 'a', 0o600);
  try {
    const { size } = await file.stat();
    if (size <= LOG_LIMIT) return size;
  } finally {
    await file.close();
  }
  await truncate(path);
  return 0;
}

async function lastWords(path: string, from: number): Promise<string> {
  const said = (await readFile(path)).subarray(from).toString('utf8').trim();
  return said === '' ? `it said nothing; see ${path}.` : said.slice(-2_000);
}
