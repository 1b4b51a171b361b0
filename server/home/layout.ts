import { constants } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { writeAtomic } from '../workspace/write-atomic.ts';

/** Version of the home's layout that this program writes. Raised when older programs would misread it. */
export const LAYOUT_VERSION = 1;

const VERSION_FILE = 'layout.json';

/** Folders of the home and the file `kernels`, absolute. */
export interface Home {
  readonly root: string;
  readonly auth: string;
  readonly settings: string;
  readonly workspaces: string;
  readonly checkpoints: string;
  readonly trash: string;
  readonly uploads: string;
  readonly documents: string;
  readonly workspace: string;
  /** History of cells, over all kernels. */
  readonly history: string;
  /** File that remembers kernels and sessions. */
  readonly kernels: string;
}

/**
 * Checks that the home can be used and makes its folders. Nothing is written before the version is
 * known to be ours. Errors: `home_not_writable`, `home_from_newer_version`, `home_damaged`.
 */
export async function openHome(root: string): Promise<Home> {
  await checkLayout(root);
  const home = folders(root);
  try {
    for (const folder of [
      home.auth,
      home.settings,
      home.workspaces,
      home.checkpoints,
      home.trash,
      home.uploads,
      home.documents,
    ]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await writeVersion(root);
  } catch (cause) {
    throw notWritable(root, cause);
  }
  return home;
}

/** The part of `openHome` that comes before the lock: it reads, and makes the empty folder. */
export async function checkLayout(root: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw notWritable(root, cause);
  }
  const found = await readVersion(root);
  if (found > LAYOUT_VERSION) {
    throw new DaybookError(
      'home_from_newer_version',
      `The home ${root} was written by a newer Daybook (layout ${found}; this one knows ${LAYOUT_VERSION}).`,
      { action: 'Start the newer Daybook, or name another folder in DAYBOOK_HOME. Nothing was changed.' },
    );
  }
}

function folders(root: string): Home {
  return {
    root,
    auth: join(root, 'auth'),
    settings: join(root, 'settings'),
    workspaces: join(root, 'workspaces'),
    checkpoints: join(root, 'checkpoints'),
    trash: join(root, 'trash'),
    uploads: join(root, 'uploads'),
    documents: join(root, 'documents'),
    workspace: join(root, 'workspace'),
    history: join(root, 'history'),
    kernels: join(root, 'kernels.json'),
  };
}

async function readVersion(root: string): Promise<number> {
  let text: string;
  try {
    text = await readFile(join(root, VERSION_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    const { version } = JSON.parse(text) as { version: unknown };
    if (typeof version === 'number' && Number.isInteger(version)) return version;
  } catch (cause) {
    throw damaged(root, cause);
  }
  throw damaged(root);
}

async function writeVersion(root: string): Promise<void> {
  if ((await readVersion(root)) === LAYOUT_VERSION) return;
  await writeAtomic(join(root, VERSION_FILE), Buffer.from(`${JSON.stringify({ version: LAYOUT_VERSION })}\n`));
}

function damaged(root: string, cause?: unknown): DaybookError {
  return new DaybookError('home_damaged', `The file ${join(root, VERSION_FILE)} does not hold a layout version.`, {
    cause,
    action: 'Restore the home from a backup, or name another folder in DAYBOOK_HOME. Nothing was changed.',
  });
}

function notWritable(root: string, cause: unknown): DaybookError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DaybookError('home_not_writable', `The home ${root} cannot be written: ${reason}.`, {
    cause,
    action: 'Make the folder writable for this user, or name another one in DAYBOOK_HOME.',
  });
}
