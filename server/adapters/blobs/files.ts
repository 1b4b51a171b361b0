import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Blobs, StoredBlob } from '@daybook/shared/ports/blobs';
import { foldersOf, namesOf, partOf } from './file-name.ts';
import { checkKey, checkPrefix, checkRange, notFound } from './key.ts';

/** Milliseconds after which an unfinished write belongs to no living writer. */
const ABANDONED = 24 * 3600_000;

/**
 * Blobs as files below `root`: `data` holds them, `incoming` what is still being written. A blob is
 * written aside, synced, then moved into place, and its folder synced: a power cut leaves the
 * old bytes or the new ones. Errors beyond the port's: `disk_full`, `blobs_unreachable`.
 */
export async function openFiles(root: string): Promise<Blobs> {
  const data = join(root, 'data');
  const incoming = join(root, 'incoming');
  const pathOf = (key: string) => {
    checkKey(key);
    return join(data, ...namesOf(key));
  };
  const named = (error: unknown) => explain(error, root);
  await prepare(data, incoming).catch((error) => {
    throw named(error);
  });

  /** Writes aside, then lets `place` give the bytes their name; answers what `place` does. */
  async function store<T>(
    path: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    place: (draft: string) => Promise<T>,
  ) {
    const draft = join(incoming, randomUUID());
    try {
      const size = await writeDraft(draft, body);
      await makeFolders(dirname(path));
      const placed = await place(draft);
      await syncFolder(dirname(path));
      return { size, placed };
    } catch (error) {
      await rm(draft, { force: true });
      throw named(error);
    }
  }

  return {
    async put(key, body) {
      const path = pathOf(key);
      const { size } = await store(path, body, (draft) => rename(draft, path));
      return { key, size };
    },
    async putIfAbsent(key, body) {
      const path = pathOf(key);
      const { size, placed } = await store(path, body, (draft) => linkIfFree(draft, path));
      return placed ? { key, size } : undefined;
    },
    async get(key, range) {
      const path = pathOf(key);
      checkRange(range);
      try {
        if (range === undefined) return await readFile(path);
        return await readRange(path, range.start, range.end);
      } catch (error) {
        throw isMissing(error) ? notFound(key, error) : named(error);
      }
    },
    async read(key, range) {
      const path = pathOf(key);
      checkRange(range);
      await stat(path).catch((error) => {
        throw isMissing(error) ? notFound(key, error) : named(error);
      });
      if (range !== undefined && range.start === range.end) return nothing();
      // Opened when iterated, so an iteration that never begins holds nothing open.
      return iterate(path, range === undefined ? {} : { start: range.start, end: range.end - 1 }, (error) =>
        isMissing(error) ? notFound(key, error) : named(error),
      );
    },
    async stat(key) {
      const path = pathOf(key);
      try {
        return { key, ...(await factsOf(path)) };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw named(error);
      }
    },
    async delete(key) {
      await unlink(pathOf(key)).catch((error) => {
        if (!isMissing(error)) throw named(error);
      });
    },
    list(prefix) {
      checkPrefix(prefix);
      const folders = foldersOf(prefix);
      const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      return walk(join(data, ...folders), start, prefix);
    },
    async check() {
      const probe = join(incoming, randomUUID());
      try {
        await writeFile(probe, 'probe');
      } catch (error) {
        throw named(error);
      } finally {
        await rm(probe, { force: true });
      }
    },
    async close() {},
  };
}

async function prepare(data: string, incoming: string): Promise<void> {
  for (const folder of [data, incoming]) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > ABANDONED) await rm(path, { force: true });
  }
}

async function writeDraft(path: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      await writeAll(file, chunk);
      size += chunk.byteLength;
    }
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

/** A write may take only a part, for example when the disk fills. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done);
    done += bytesWritten;
  }
}

async function linkIfFree(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}

async function* iterate(
  path: string,
  options: { start?: number; end?: number },
  explained: (error: unknown) => unknown,
) {
  try {
    for await (const chunk of createReadStream(path, options)) yield chunk as Uint8Array;
  } catch (error) {
    throw explained(error);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Depth first, a folder at its place among the files: `a.b` comes before `a/b`. */
async function* walk(folder: string, start: string, prefix: string): AsyncGenerator<StoredBlob> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const found = entries.flatMap((entry) => {
    const part = partOf(entry);
    return part === undefined ? [] : [{ key: start + part, path: join(folder, entry.name) }];
  });
  found.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { key, path } of found) {
    if (!key.startsWith(prefix) && !prefix.startsWith(key)) continue;
    if (key.endsWith('/')) yield* walk(path, key, prefix);
    else if (key.startsWith(prefix)) {
      const facts = await factsIfThere(path);
      if (facts !== undefined) yield { key, ...facts };
    }
  }
}

async function factsOf(path: string): Promise<Omit<StoredBlob, 'key'>> {
  const { size, mtimeMs } = await stat(path);
  return { size, modified: mtimeMs };
}

/** `undefined` for a blob deleted since its folder was read. */
async function factsIfThere(path: string): Promise<Omit<StoredBlob, 'key'> | undefined> {
  try {
    return await factsOf(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Makes the folders, each synced into the one above it. */
async function makeFolders(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot sync folders; NTFS journals the rename itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function explain(error: unknown, root: string): unknown {
  if (error instanceof DaybookError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new DaybookError('disk_full', `There is no room left for blobs in ${root}.`, {
      cause: error,
      status: 507,
      action: 'Free some space on that disk and try again. What was stored before is unharmed.',
    });
  }
  if (
    code !== 'EACCES' &&
    code !== 'EPERM' &&
    code !== 'EROFS' &&
    code !== 'ENOTDIR' &&
    code !== 'EEXIST' &&
    code !== 'ENOENT'
  ) {
    return error;
  }
  return new DaybookError('blobs_unreachable', `The blob folder ${root} cannot be used: ${error.message}.`, {
    cause: error,
    status: 503,
    action: 'Make the folder readable and writable for this user.',
  });
}
