import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';

/*
 * How a path of a request becomes a path on disk. First the text: parts are split at `/`, empty
 * ones dropped, and `..`, NUL, backslashes and over-long names refused. Then the disk: the deepest
 * part that exists is resolved through all symbolic links and must lie inside the folder.
 */

const LONGEST_NAME = 255;
const LONGEST_PATH = 4000;

/**
 * The path in its one normal form: no leading, trailing or doubled slash. `''` is the folder.
 * Errors: `path_outside_workspace` (404), `bad_path` (400), `hidden_path` (404).
 */
export function normalPath(path: string): string {
  if (path.length > LONGEST_PATH) throw badPath(path, `it is longer than ${LONGEST_PATH} characters`);
  if (path.includes('\0')) throw badPath(path, 'it contains a NUL character');
  if (path.includes('\\')) throw badPath(path, 'it contains a backslash');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  for (const part of parts) {
    if (part === '..') throw outside(path);
    if (Buffer.byteLength(part) > LONGEST_NAME)
      throw badPath(path, `a name in it is longer than ${LONGEST_NAME} bytes`);
    if (part.startsWith('.')) {
      throw new DaybookError('hidden_path', `“${path}” is hidden: a name in it starts with a dot.`, {
        status: 404,
        action: 'Choose a name that does not start with a dot.',
      });
    }
  }
  return parts.join('/');
}

/**
 * The absolute path on disk of a normal path, links resolved as far as it exists. `root` must be a
 * real path; `closed` are absolute folders nobody may enter (the home, when it lies inside).
 */
export async function resolveInside(root: string, path: string, closed: readonly string[] = []): Promise<string> {
  const real = await realOf(join(root, path), path);
  if (!isInside(root, real) || closed.some((folder) => isInside(folder, real) && !isInside(folder, root)))
    throw outside(path);
  return real;
}

/** Where the name itself stands, a link at the very end not followed: for renaming and deleting. */
export async function resolveName(root: string, path: string, closed: readonly string[] = []): Promise<string> {
  if (path === '') return root;
  const whole = join(root, path);
  await resolveInside(root, path, closed);
  return join(await realOf(dirname(whole), path), basename(whole));
}

/** `asked` is the path as the request named it: messages name no folder of the machine. */
async function realOf(file: string, asked: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENAMETOOLONG') throw badPath(asked, 'it is too long for this file system');
    if (code === 'ELOOP') throw outside(asked);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    // A link to something that does not exist must not be written through.
    const link = await lstat(file).catch(() => undefined);
    if (link?.isSymbolicLink()) throw outside(asked);
    return join(await realOf(dirname(file), asked), basename(file));
  }
}

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep));
}

function outside(path: string): DaybookError {
  return new DaybookError('path_outside_workspace', `“${shorten(path)}” is not inside the workspace.`, {
    status: 404,
    action: 'Use a path inside the workspace folder; links that lead out of it are not followed.',
  });
}

function badPath(path: string, reason: string): DaybookError {
  return new DaybookError('bad_path', `The path “${shorten(path)}” cannot be used: ${reason}.`, {
    action: 'Use a shorter or simpler name.',
  });
}

function shorten(path: string): string {
  return (path.length > 120 ? `${path.slice(0, 120)}…` : path).replaceAll('\0', '␀');
}
