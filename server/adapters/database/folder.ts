import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lchown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { type Binaries, unavailable } from './binaries.ts';

/** The embedded database's user; its password is in the folder. */
export const USER = 'daybook';

/** Files of the embedded database, absolute. */
export interface ClusterFolder {
  readonly root: string;
  readonly data: string;
  readonly log: string;
  readonly passwordFile: string;
}

/** `<home>/database`. */
export function clusterFolder(home: string): ClusterFolder {
  const root = join(home, 'database');
  return { root, data: join(root, 'data'), log: join(root, 'postgres.log'), passwordFile: join(root, 'password') };
}

/**
 * Makes the data folder when there is none (about a second), owned by the account. Answers the
 * password. Safe to stop at any point: the data folder appears whole, under its final name, last.
 */
export async function prepareFolder(folder: ClusterFolder, binaries: Binaries, account: Account): Promise<string> {
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  await adopt(folder.root, account);
  if (!existsSync(folder.data)) await initialise(folder, binaries, account);
  return (await readFile(folder.passwordFile, 'utf8')).trim();
}

async function initialise(folder: ClusterFolder, binaries: Binaries, account: Account): Promise<void> {
  // Left by a start that was killed on the way; nothing was stored in them yet.
  for (const name of await readdir(folder.root)) {
    if (name.startsWith('new-')) await rm(join(folder.root, name), { recursive: true, force: true });
  }
  await writePassword(folder.passwordFile);
  const fresh = join(folder.root, `new-${randomBytes(4).toString('hex')}`);
  await run(binaries.initdb, account, [
    `--pgdata=${fresh}`,
    `--username=${USER}`,
    `--pwfile=${folder.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Text is compared alike on every machine, whatever its locales.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  await rename(fresh, folder.data);
  await syncFolder(folder.root);
}

async function writePassword(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(`${randomBytes(24).toString('base64url')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives everything in the folder to the account's user, when it belongs to another one. */
async function adopt(root: string, account: Account): Promise<void> {
  if (process.getuid === undefined || process.getgid === undefined) return;
  const owner = account.owner ?? { uid: process.getuid(), gid: process.getgid() };
  if ((await stat(root)).uid === owner.uid) return;
  for (const entry of await readdir(root, { recursive: true })) await lchown(join(root, entry), owner.uid, owner.gid);
  // Last: until then the next start begins anew.
  await lchown(root, owner.uid, owner.gid);
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function run(program: string, account: Account, flags: readonly string[]): Promise<void> {
  const [command = program, ...rest] = [...account.prefix, program, ...flags];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(),
    cwd: dirname(program),
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(unavailable(`The program ${program} cannot be started: ${cause.message}.`, cause)),
    );
    child.once('close', resolve);
  });
  if (code !== 0) throw unavailable(`PostgreSQL could not make its data folder: ${said.trim() || `exit code ${code}`}`);
}

/** What PostgreSQL sees of the environment: none of the server's secrets. */
export function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'HOME', 'USERPROFILE'];
  const found = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(found), LC_ALL: 'C' };
}
