import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { FolderWorkspace } from '../../workspace/folder.ts';
import { normalPath } from '../../workspace/resolve.ts';
import { writeAtomic } from '../../workspace/write-atomic.ts';

/*
 * One checkpoint per file, as Jupyter keeps: the bytes as they were, in the home. The folder of a
 * workspace's checkpoints mirrors its paths, so renaming a folder is one rename here too.
 */

interface Checkpoint {
  readonly id: string;
  readonly last_modified: string;
}

export interface Checkpoints {
  list(path: string): Promise<Checkpoint[]>;
  create(path: string): Promise<Checkpoint>;
  /** Puts the checkpoint's bytes back into the file. Errors: `no_such_checkpoint` (404). */
  restore(path: string, id: string): Promise<void>;
  delete(path: string, id: string): Promise<void>;
  /** Follows a renamed file or folder. */
  moved(from: string, to: string): Promise<void>;
}

const ID = 'checkpoint';
/** Starts with a dot, so no file of the workspace can have its name. */
const FILE = '.checkpoint';

export function createCheckpoints(workspace: FolderWorkspace, folder: string): Checkpoints {
  const root = join(folder, createHash('sha256').update(workspace.root).digest('hex').slice(0, 16));
  const placeOf = (path: string) => join(root, normalPath(path));
  const fileOf = (path: string) => join(placeOf(path), FILE);

  async function known(path: string, id: string): Promise<string> {
    const file = fileOf(path);
    if (id === ID && (await stat(file).catch(() => undefined)) !== undefined) return file;
    throw new DaybookError('no_such_checkpoint', `“${normalPath(path)}” has no checkpoint “${id}”.`, {
      status: 404,
      action: 'Save the file; that makes one.',
    });
  }

  return {
    async list(path) {
      const found = await stat(fileOf(path)).catch(() => undefined);
      return found === undefined ? [] : [{ id: ID, last_modified: found.mtime.toISOString() }];
    },
    async create(path) {
      const { bytes } = await workspace.read(path);
      const file = fileOf(path);
      await mkdir(dirname(file), { recursive: true });
      await writeAtomic(file, bytes, { mode: 0o600 });
      return { id: ID, last_modified: (await stat(file)).mtime.toISOString() };
    },
    async restore(path, id) {
      await workspace.write(path, await readFile(await known(path, id)));
    },
    async delete(path, id) {
      await rm(await known(path, id));
    },
    async moved(from, to) {
      const [source, goal] = [placeOf(from), placeOf(to)];
      if ((await stat(source).catch(() => undefined)) === undefined) return;
      await rm(goal, { recursive: true, force: true });
      await mkdir(dirname(goal), { recursive: true });
      await rename(source, goal);
    },
  };
}
