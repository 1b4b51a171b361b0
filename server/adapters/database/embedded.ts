import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from 'postgres';
import type { Database } from '../../db/database.ts';
import type { Log } from '../log.ts';
import { type Account, chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { type Endpoint, makeEndpoint } from './endpoint.ts';
import { clusterFolder, prepareFolder } from './folder.ts';
import { asUser, clearLeftover, takeGuard } from './leftover.ts';
import { connect } from './postgres.ts';
import { type Cluster, startPostmaster, stopPostmaster } from './postmaster.ts';

/*
 * The embedded database: a PostgreSQL of our own, from npm, as a child process with its data in
 * `<home>/database`. ADR 0002 says why this and not a PostgreSQL in WebAssembly.
 */

export interface EmbeddedOptions {
  readonly account?: Account;
  readonly endpoint?: (root: string, account: Account) => Promise<Endpoint>;
}

/** Milliseconds between attempts to bring a PostgreSQL back that ended by itself; then it stays down. */
const REVIVE_AFTER = [0, 500, 2_000, 10_000];

/**
 * Starts the home's PostgreSQL, making it at the first start, and opens it. Brings it back when
 * it ends by itself. Errors: `embedded_database_unavailable`, `home_in_use`, `database_stuck`,
 * `database_newer`.
 */
export async function openEmbedded(home: string, log: Log, options: EmbeddedOptions = {}): Promise<Database> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const binaries = await findBinaries();
  const reach = { program: binaries.initdb, folder: home };
  const { account = chooseAccount(reach), endpoint: choose = makeEndpoint } = options;
  const folder = clusterFolder(home);
  const password = await prepareFolder(folder, binaries, account);
  await clearLeftover(folder, password);
  const endpoint = await choose(folder.root, account);
  const cluster: Cluster = { binaries, account, folder, endpoint };
  const access = asUser(endpoint.options, password);

  let child: ChildProcess | undefined;
  let guard: Sql | undefined;
  let closing: Promise<void> | undefined;
  let reviving: Promise<void> | undefined;

  const start = async () => {
    const started = await startPostmaster(cluster);
    child = started;
    guard = await takeGuard(access);
    started.once('exit', (code, signal) => {
      if (closing !== undefined || child !== started) return;
      log.error({ code, signal, log: folder.log }, 'the embedded database ended by itself');
      reviving = revive();
    });
  };
  const revive = async () => {
    await guard?.end({ timeout: 0 });
    for (const delay of REVIVE_AFTER) {
      await wait(delay, undefined, { ref: false });
      if (closing !== undefined) return;
      try {
        await start();
        log.info({}, 'the embedded database runs again');
        return;
      } catch (error) {
        log.error({ error }, 'the embedded database could not be started again');
      }
    }
  };
  const stop = async () => {
    await reviving;
    await guard?.end({ timeout: 1 });
    if (child !== undefined) await stopPostmaster(child, cluster);
    await endpoint.dispose();
  };

  try {
    await start();
    const database = await connect({ kind: 'embedded', name: folder.data, options: access });
    return {
      ...database,
      close() {
        closing ??= database.close().then(stop);
        return closing;
      },
    };
  } catch (error) {
    closing = stop();
    await closing;
    throw error;
  }
}
