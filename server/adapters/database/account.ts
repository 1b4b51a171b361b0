import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform, userInfo } from 'node:os';
import { unavailable } from './binaries.ts';

/*
 * PostgreSQL refuses to run as root and as a user without a name, both common in containers. No
 * account is made for it. Instead, in this order:
 *
 * - a user namespace in which the same user bears the name `nobody`. Files keep their owner;
 * - root's switch to `nobody` with one capability kept, to reach folders closed to others. Docker's
 *   default profile forbids the first and allows this. The data then belong to `nobody`.
 *
 * On Linux the program is also told to stop (SIGINT, a fast shutdown) when its parent dies, so a
 * killed server leaves no database behind.
 */

/** How PostgreSQL programs are run. */
export interface Account {
  /** Words before the program. */
  readonly prefix: readonly string[];
  /** Who must own the data, when it is not the current user. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

const PLAIN: Account = { prefix: [], owner: undefined };
const STOP_WITH_PARENT = ['setpriv', '--pdeathsig', 'INT'];

/** What the account must be able to reach. Absolute paths. */
export interface Reach {
  /** A program that knows `--version`. */
  readonly program: string;
  readonly folder: string;
}

/** The first way that works here. Takes some 10 ms. Error: `embedded_database_unavailable`. */
export function chooseAccount(reach: Reach, ways: readonly Account[] = waysHere()): Account {
  const found = ways.find((way) => works(way, reach));
  if (found !== undefined) return found;
  throw unavailable(
    process.getuid?.() === 0
      ? `The embedded PostgreSQL cannot run as root here: neither a user namespace nor a switch to “nobody” is allowed and reaches ${reach.folder}.`
      : `The embedded PostgreSQL ${reach.program} cannot run here as this user.`,
  );
}

function waysHere(): readonly Account[] {
  const named = process.getuid?.() !== 0 && hasName();
  if (platform() !== 'linux') return named ? [PLAIN] : [];
  if (named) return [{ prefix: STOP_WITH_PARENT, owner: undefined }, PLAIN];
  const nobody = readNobody();
  return nobody === undefined ? [] : [inNamespace(nobody), ...(process.getuid?.() === 0 ? [asNobody(nobody)] : [])];
}

/** The same user under another name, by a user namespace. Reaches only what the user owns or all may. */
export function inNamespace({ uid, gid }: { uid: number; gid: number }): Account {
  return { prefix: ['unshare', `--map-user=${uid}`, `--map-group=${gid}`, ...STOP_WITH_PARENT], owner: undefined };
}

/** Another user, by root's right to become one. */
export function asNobody({ uid, gid }: { uid: number; gid: number }): Account {
  const prefix = [
    ...STOP_WITH_PARENT,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    // access(2), which PostgreSQL asks, counts capabilities of another user only with this bit.
    '--securebits=+no_setuid_fixup',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=+dac_override',
  ];
  return { prefix, owner: { uid, gid } };
}

function works({ prefix }: Account, { program, folder }: Reach): boolean {
  // Without a shell (Windows) there is one way only, and starting it tells the rest.
  if (platform() === 'win32') return true;
  const script = 'test "$(id -u)" -ne 0 && test -x "$1" && "$0" --version';
  const [command = 'sh', ...rest] = [...prefix, 'sh', '-c', script, program, folder];
  return spawnSync(command, rest, { stdio: 'ignore', timeout: 5_000 }).status === 0;
}

function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    // Thrown for a user id without an entry in the password file: exactly what is asked.
    return false;
  }
}

/** `nobody` of this machine. */
export function readNobody(file = '/etc/passwd'): { uid: number; gid: number } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Without a password file there is no such account.
    return undefined;
  }
  const [, , uid, gid] =
    text
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
