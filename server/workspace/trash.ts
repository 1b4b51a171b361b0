import { randomBytes } from 'node:crypto';
import { cp, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * Moves a file or folder (absolute `source`) into the trash, in a folder of its own beside a note
 * of where it came from. Also works across disks.
 */
export async function moveToTrash(source: string, options: { trash: string; path: string; now?: Date }): Promise<void> {
  const { trash, path, now = new Date() } = options;
  await lstat(source);
  const folder = join(trash, `${now.toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'origin.json'), `${JSON.stringify({ path, deleted: now.toISOString() })}\n`);
  const goal = join(folder, `content-${basename(source)}`.slice(0, 200));
  try {
    await rename(source, goal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    await cp(source, goal, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    await rm(source, { recursive: true });
  }
}
