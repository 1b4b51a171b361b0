import { link, lstat, open, rename, unlink } from 'node:fs/promises';

/**
 * Renames or moves so that nothing is ever written over, also not what came to be at the goal a
 * moment ago: fails with `EEXIST`. Both are absolute paths on one disk.
 *
 * A file gets its new name beside the old one (`link` refuses a name that is taken) and then loses
 * the old one; a crash in between leaves it under both. A folder is renamed: the system refuses a
 * goal that is a file or a folder with something in it.
 */
export async function renameTo(from: string, to: string, effects: RenameEffects = { link }): Promise<void> {
  const found = await lstat(from);
  if (found.isDirectory()) return renameFolder(from, to);
  try {
    await effects.link(from, to);
  } catch (error) {
    // Some file systems (FAT, network shares) have no second names.
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // Takes the name, which fails when it is taken, and puts the file in its place.
    await (await open(to, 'wx')).close();
    return rename(from, to);
  }
  await unlink(from);
}

interface RenameEffects {
  link(from: string, to: string): Promise<void>;
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

async function renameFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOTDIR') throw error;
    throw Object.assign(new Error(`${to} exists`, { cause: error }), { code: 'EEXIST' });
  }
}
