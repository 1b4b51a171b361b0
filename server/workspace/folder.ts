import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, realpath, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type { Workspace, WorkspaceChange, WorkspaceStat } from '@daybook/shared/ports/workspace';
import { hashBytes } from './hash-bytes.ts';
import { renameTo } from './rename-to.ts';
import { isInside, normalPath, resolveInside, resolveName } from './resolve.ts';
import { createTrash, moveToTrash, type Trash } from './trash.ts';
import { FileWatch, stampFrom } from './watch-files.ts';
import { syncFolder, writeAtomic } from './write-atomic.ts';

/** The Workspace port on a folder, with what the Contents API needs besides. */
export interface FolderWorkspace extends Workspace {
  /** Absolute path on disk, links resolved; it need not exist. Errors as `normalPath`. */
  locate(path: string): Promise<string>;
  makeFolder(path: string): Promise<void>;
  /** Renames or moves; `file_exists` (409) when the goal is taken. */
  move(from: string, to: string): Promise<void>;
  /** Moves a file or folder to the trash of the home. */
  remove(path: string): Promise<void>;
  readonly trash: Trash;
  /** Takes over a finished file (absolute, on any disk) as `path`. */
  adopt(path: string, source: string): Promise<void>;
}

export async function openWorkspace(
  folder: string,
  options: { trash: string; home: string },
): Promise<FolderWorkspace> {
  const root = await realpath(folder);
  const closed = [await realpath(options.home)];
  const listeners = new Set<(change: WorkspaceChange) => void>();
  const tell = (change: WorkspaceChange) => {
    for (const listener of [...listeners]) listener(change);
  };
  const watch = new FileWatch();
  const locate = (path: string) => resolveInside(root, normalPath(path), closed);

  async function writable(path: string, file: string): Promise<void> {
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw fileError('is_a_folder', `“${path}” is a folder.`, 400, 'Choose another name.');
    try {
      await access(found === undefined ? dirname(file) : file, constants.W_OK);
    } catch (cause) {
      throw diskError(path, cause);
    }
  }

  return {
    root,
    locate,
    async read(path) {
      const file = await locate(path);
      try {
        const [bytes, { mtimeMs }] = [await readFile(file), await stat(file)];
        return { path: normalPath(path), bytes, size: bytes.length, modified: mtimeMs, sha256: await hashBytes(bytes) };
      } catch (cause) {
        throw diskError(path, cause);
      }
    },
    async write(path, bytes): Promise<WorkspaceStat> {
      const normal = normalPath(path);
      const file = await locate(normal);
      await writable(normal, file);
      try {
        watch.written(file, stampFrom(await writeAtomic(file, bytes)));
      } catch (cause) {
        throw diskError(normal, cause);
      }
      const hash = await hashBytes(bytes);
      tell({ type: 'written', path: normal, sha256: hash });
      return { path: normal, size: bytes.length, modified: (await stat(file)).mtimeMs, sha256: hash };
    },
    async makeFolder(path) {
      const folder = await locate(path);
      await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST') throw taken(path);
        throw diskError(path, cause);
      });
      await syncFolder(dirname(folder));
    },
    async move(from, to) {
      const [source, goal] = [normalPath(from), normalPath(to)];
      if (source === '' || goal === '')
        throw fileError(
          'bad_path',
          'The workspace folder itself cannot be moved.',
          400,
          'Choose a file or folder in it.',
        );
      if (source === goal) return;
      const [oldName, newName] = [await resolveName(root, source, closed), await resolveName(root, goal, closed)];
      await stat(oldName).catch((cause) => {
        throw diskError(source, cause);
      });
      const existing = await stat(newName).catch(() => undefined);
      if (existing !== undefined) throw taken(goal);
      if (isInside(oldName, newName))
        throw fileError('bad_path', `“${source}” cannot be moved into itself.`, 400, 'Choose another folder.');
      if (closed.some((folder) => isInside(oldName, folder))) throw holdsHome(source);
      await renameTo(oldName, newName).catch((cause) => {
        throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? taken(goal) : diskError(goal, cause);
      });
      await syncFolder(dirname(newName));
      if (dirname(oldName) !== dirname(newName)) await syncFolder(dirname(oldName));
      tell({ type: 'renamed', from: source, to: goal });
    },
    async remove(path) {
      const normal = normalPath(path);
      if (normal === '')
        throw fileError(
          'bad_path',
          'The workspace folder itself cannot be deleted.',
          400,
          'Choose a file or folder in it.',
        );
      const name = await resolveName(root, normal, closed);
      if (closed.some((folder) => isInside(name, folder))) throw holdsHome(normal);
      const trash = await moveToTrash(name, { trash: options.trash, path: normal }).catch((cause) => {
        throw diskError(normal, cause);
      });
      tell({ type: 'deleted', path: normal, trash });
    },
    async adopt(path, source) {
      const normal = normalPath(path);
      const file = await locate(normal);
      await writable(normal, file);
      await rename(source, file).catch((cause) => {
        throw diskError(normal, cause);
      });
      await syncFolder(dirname(file));
      tell({ type: 'written', path: normal, sha256: await hashFile(file) });
    },
    trash: createTrash({
      folder: options.trash,
      goal: (path) => resolveName(root, normalPath(path), closed),
      onRestored: (change) => tell({ type: 'restored', ...change }),
    }),
    watch(path, listener) {
      let stop: Disposer | undefined;
      let stopped = false;
      void locate(path).then(
        (file) => {
          if (!stopped) stop = watch.watch(file, listener);
        },
        () => undefined, // a path that leads nowhere has nothing to tell
      );
      return () => {
        stopped = true;
        stop?.();
      };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Hash of a file of any size. */
export async function hashFile(file: string): Promise<string> {
  const { createReadStream } = await import('node:fs');
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function holdsHome(path: string): DaybookError {
  return fileError(
    'folder_in_use',
    `“${path}” holds the folder with Daybook’s own data, which is in use.`,
    409,
    'Stop the server first, or set DAYBOOK_HOME to a folder elsewhere.',
  );
}

function taken(path: string): DaybookError {
  return fileError('file_exists', `There is already something called “${path}”.`, 409, 'Choose another name.');
}

function fileError(code: string, message: string, status: number, action: string, cause?: unknown): DaybookError {
  return new DaybookError(code, message, { status, action, cause });
}

/** Says what the file system's refusal means for this path. */
export function diskError(path: string, cause: unknown): unknown {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return fileError(
        'file_not_found',
        `There is no file or folder “${path}”.`,
        404,
        'Check the name; it may have been renamed or deleted.',
        cause,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fileError(
        'file_not_allowed',
        `“${path}” may not be read or written by the server.`,
        403,
        'Change its permissions, or save under another name.',
        cause,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return fileError(
        'disk_full',
        `The disk is full: “${path}” was not written; what was there before is unchanged.`,
        507,
        'Free some space and save again.',
        cause,
      );
    case 'EISDIR':
      return fileError('is_a_folder', `“${path}” is a folder.`, 400, 'Choose a file.', cause);
    case 'ENAMETOOLONG':
      return fileError(
        'bad_path',
        `The name of “${path.slice(0, 80)}…” is too long.`,
        400,
        'Use a shorter name.',
        cause,
      );
    default:
      return cause;
  }
}
