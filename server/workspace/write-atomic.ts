import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces the file at `path` (absolute) so that readers see the old bytes or the new ones, and
 * resolves when the new ones are on disk: a temporary file beside it, synced, renamed over it, and
 * the folder synced. An existing file's permission bits are kept; `mode` is for new ones. Answers
 * what the new file is on disk.
 */
export async function writeAtomic(
  path: string,
  bytes: Uint8Array,
  options: { mode?: number } = {},
): Promise<BigIntStats> {
  const folder = dirname(path);
  const temporary = temporaryName(path);
  const existing = await stat(path).catch(() => undefined);
  const handle = await open(temporary, 'wx', options.mode ?? 0o666);
  try {
    await handle.writeFile(bytes);
    if (existing !== undefined) await handle.chmod(existing.mode & 0o7777);
    await handle.sync();
    const written = await handle.stat({ bigint: true });
    await handle.close();
    await rename(temporary, path);
    await syncFolder(folder);
    return written;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A hidden name in the same folder, short enough whatever the file's own name is. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 40)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Makes renames in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
