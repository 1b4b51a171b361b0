import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Options, Sql } from 'postgres';
import { reach } from './endpoint.ts';
import { type ClusterFolder, USER } from './folder.ts';
import { client } from './postgres.ts';
import { identify, type PostmasterFile, readPostmasterFile } from './postmaster-file.ts';

/*
 * A server that was killed may leave its PostgreSQL running. The next server stops it and starts its
 * own, so that version, settings and log are always known. To tell a leftover from the database
 * of a server that lives, each server holds an advisory lock (the guard) for as long as it runs:
 * PostgreSQL itself lets go of it when the server's connection ends, however it ended.
 */

const GUARD = 7_216_450_032;
/** Milliseconds. A connection that has just died holds its lock for a moment. */
const HELD_AT_LEAST = 2_000;
const PATIENCE = 15_000;
const POLL = 25;

/** Options for the database's own user. */
export function asUser(options: Options<Record<string, never>>, password: string): Options<Record<string, never>> {
  return { ...options, user: USER, password, database: 'postgres' };
}

/** Takes the guard on a connection of its own; `undefined` when a living server holds it. */
export async function takeGuard(options: Options<Record<string, never>>): Promise<Sql | undefined> {
  const sql = client({ options: { ...options, idle_timeout: 0, max_lifetime: null, connect_timeout: 2 } }, { max: 1 });
  try {
    const [row] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${GUARD}) as taken`;
    if (row?.taken === true) return sql;
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
  await sql.end({ timeout: 1 });
  return undefined;
}

/**
 * Stops a PostgreSQL that a killed server left on this folder, and only such a one. Errors:
 * `home_in_use` (its server lives), `database_stuck` (it neither answers nor ends).
 */
export async function clearLeftover(folder: ClusterFolder, password: string): Promise<void> {
  const began = Date.now();
  let heldSince: number | undefined;
  for (;;) {
    const file = readPostmasterFile(folder.data);
    if (file === undefined) return;
    const process = identify(file.pid, folder.data);
    if (process === 'other') await rm(join(folder.data, 'postmaster.pid'), { force: true });
    // Gone or not to be told: PostgreSQL judges its own file when it starts.
    if (process !== 'ours') return;
    const state = await judge(file, password);
    if (state === 'held') {
      heldSince ??= Date.now();
      if (Date.now() - heldSince >= HELD_AT_LEAST) throw inUse(folder, file.pid);
    } else if (state === 'stopped') {
      heldSince = undefined;
    }
    if (Date.now() - began > PATIENCE) throw stuck(folder, file.pid);
    await wait(POLL);
  }
}

async function judge(file: PostmasterFile, password: string): Promise<'held' | 'silent' | 'stopped'> {
  let guard: Sql | undefined;
  try {
    guard = await takeGuard(asUser(reach(file), password));
  } catch {
    // Starting, stopping or hanging: asked again until it answers, ends, or patience does.
    return 'silent';
  }
  if (guard === undefined) return 'held';
  process.kill(file.pid, 'SIGINT');
  await guard.end({ timeout: 1 });
  return 'stopped';
}

function inUse(folder: ClusterFolder, pid: number): DaybookError {
  return new DaybookError('home_in_use', `The database in ${folder.root} (process ${pid}) serves another Daybook.`, {
    status: 409,
    action: 'Stop that server, or name another folder in DAYBOOK_HOME.',
  });
}

function stuck(folder: ClusterFolder, pid: number): DaybookError {
  return new DaybookError('database_stuck', `PostgreSQL (process ${pid}) holds ${folder.data} and does not answer.`, {
    status: 503,
    action: `Wait for it to end, or end process ${pid}, then start Daybook again.`,
  });
}
