import { randomBytes } from 'node:crypto';
import { cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { z } from 'zod';
import { renameTo } from './rename-to.ts';
import { syncFolder } from './write-atomic.ts';

/** A file or folder that was deleted. */
export interface TrashEntry {
  readonly id: string;
  /** Where it was, below the workspace. */
  readonly path: string;
  readonly deleted: Date;
  readonly type: 'file' | 'folder';
  /** Bytes of a file. */
  readonly size: number | undefined;
}

/** What was deleted through this server. Errors: `not_in_trash`. */
export interface Trash {
  /** Newest first. What cannot be read is left out. */
  list(): Promise<readonly TrashEntry[]>;
  find(id: string): Promise<TrashEntry>;
  /**
   * Puts it back where it was, or at `path`, and answers its path: a name that is taken gets
   * “(restored)”. Nothing is written over. Missing folders are made again.
   */
  restore(id: string, path?: string): Promise<string>;
  /** Deletes it for good. */
  purge(id: string): Promise<void>;
}

export interface TrashOptions {
  /** Absolute. */
  readonly folder: string;
  /** Absolute place of a path of the workspace; fails for paths outside. */
  readonly goal: (path: string) => Promise<string>;
  readonly onRestored: (change: { readonly trash: string; readonly from: string; readonly path: string }) => void;
}

const ID = /^[\dTZ-]{20,30}-[0-9a-f]{8}$/;
const Origin = z.object({ path: z.string(), deleted: z.iso.datetime() });

/**
 * Moves a file or folder (absolute `source`) into the trash, in a folder of its own beside a note
 * of where it came from, and answers the entry's id. Also works across disks.
 */
export async function moveToTrash(
  source: string,
  options: { trash: string; path: string; now?: Date },
): Promise<string> {
  const { trash, path, now = new Date() } = options;
  await lstat(source);
  const id = `${now.toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;
  const folder = join(trash, id);
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
    await copyOver(source, goal);
  }
  return id;
}

export function createTrash({ folder, goal, onRestored }: TrashOptions): Trash {
  async function entry(id: string): Promise<{ readonly content: string; readonly entry: TrashEntry } | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      const place = join(folder, id);
      const { path, deleted } = Origin.parse(JSON.parse(await readFile(join(place, 'origin.json'), 'utf8')));
      const name = (await readdir(place)).find((each) => each.startsWith('content-'));
      if (name === undefined) return undefined;
      const content = join(place, name);
      const found = await lstat(content);
      const type = found.isDirectory() ? 'folder' : 'file';
      const size = type === 'file' ? found.size : undefined;
      return { content, entry: { id, path, deleted: new Date(deleted), type, size } };
    } catch {
      return undefined; // half made, or not ours
    }
  }

  return {
    async list() {
      const names = await readdir(folder).catch(() => []);
      const found = await Promise.all(names.map(entry));
      return found
        .flatMap((each) => (each === undefined ? [] : [each.entry]))
        .sort((a, b) => b.deleted.getTime() - a.deleted.getTime());
    },
    find: async (id) => ((await entry(id)) ?? missing(id)).entry,
    async restore(id, path) {
      const { content, entry: found } = (await entry(id)) ?? missing(id);
      for (let nth = 0; ; nth += 1) {
        const wanted = path ?? nthName(found.path, nth);
        const place = await goal(wanted);
        await mkdir(dirname(place), { recursive: true });
        try {
          await moveBack(content, place);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
          if (path === undefined) continue;
          throw new DaybookError('file_exists', `There is already something called “${wanted}”.`, {
            status: 409,
            action: 'Choose another name.',
          });
        }
        await syncFolder(dirname(place));
        await rm(join(folder, id), { recursive: true, force: true });
        onRestored({ trash: id, from: found.path, path: wanted });
        return wanted;
      }
    },
    async purge(id) {
      if ((await entry(id)) === undefined) missing(id);
      await rm(join(folder, id), { recursive: true, force: true });
    },
  };
}

/** Fails with `EEXIST` when something is there. */
async function moveBack(source: string, goal: string): Promise<void> {
  try {
    await renameTo(source, goal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyOver(source, goal);
  }
}

async function copyOver(source: string, goal: string): Promise<void> {
  if ((await lstat(goal).catch(() => undefined)) !== undefined)
    throw Object.assign(new Error(`${goal} exists`), { code: 'EEXIST' });
  await cp(source, goal, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  await rm(source, { recursive: true });
}

/** `a.ipynb`, `a (restored).ipynb`, `a (restored 2).ipynb`. */
function nthName(path: string, nth: number): string {
  if (nth === 0) return path;
  const ext = extname(path);
  return `${path.slice(0, path.length - ext.length)} (restored${nth === 1 ? '' : ` ${nth}`})${ext}`;
}

function missing(id: string): never {
  throw new DaybookError('not_in_trash', `The trash has no “${id.slice(0, 80)}”.`, {
    status: 404,
    action: 'List the trash again; somebody may have restored or emptied it.',
  });
}
