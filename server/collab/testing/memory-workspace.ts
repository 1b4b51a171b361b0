import { createHash } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Workspace, WorkspaceChange, WorkspaceStat } from '@daybook/shared/ports/workspace';
import { withExclusiveWrites } from '../exclusive-writes.ts';

/** A workspace of files in memory, for tests that make thousands of them. */
export interface MemoryWorkspace extends Workspace {
  move(from: string, to: string): Promise<void>;
  /** Answers the entry of the trash that it is in. */
  remove(path: string): Promise<string>;
  readonly trash: { restore(id: string): Promise<string> };
  /** Somebody beside the server writes the file. */
  writeOutside(path: string, bytes: Uint8Array): void;
}

/** `delay` passes before the disk is touched and before word of it goes out. */
export function createMemoryWorkspace(delay: () => Promise<void> = async () => {}): MemoryWorkspace {
  const files = new Map<string, Uint8Array>();
  const trash = new Map<string, { readonly path: string; readonly bytes: Uint8Array }>();
  let removals = 0;
  const listeners = new Set<(change: WorkspaceChange) => void>();
  const watchers = new Set<{ readonly path: string; readonly listener: () => void }>();
  const stat = (path: string, bytes: Uint8Array): WorkspaceStat => ({
    path,
    size: bytes.length,
    modified: 0,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const get = (path: string): Uint8Array => {
    const bytes = files.get(path);
    if (bytes === undefined) throw new DaybookError('file_not_found', `there is no “${path}”`, { status: 404 });
    return bytes;
  };
  const free = (path: string): void => {
    if (files.has(path)) throw new DaybookError('file_exists', `there is a “${path}”`, { status: 409 });
  };
  const tell = (change: WorkspaceChange): void => {
    for (const listener of listeners) listener(change);
  };

  return withExclusiveWrites<MemoryWorkspace>({
    root: '/nowhere',
    async read(path) {
      await delay();
      const bytes = get(path);
      return { ...stat(path, bytes), bytes };
    },
    async write(path, bytes) {
      await delay();
      files.set(path, bytes.slice());
      tell({ type: 'written', path, sha256: stat(path, bytes).sha256 });
      return stat(path, bytes);
    },
    async move(from, to) {
      const bytes = get(from);
      free(to);
      files.delete(from);
      files.set(to, bytes);
      await delay();
      tell({ type: 'renamed', from, to });
    },
    async remove(path) {
      removals += 1;
      const name = `trash-${removals}`;
      trash.set(name, { path, bytes: get(path) });
      files.delete(path);
      await delay();
      tell({ type: 'deleted', path, trash: name });
      return name;
    },
    trash: {
      async restore(id) {
        const found = trash.get(id);
        if (found === undefined) throw new DaybookError('file_not_found', `there is no ${id}`, { status: 404 });
        free(found.path);
        files.set(found.path, found.bytes);
        trash.delete(id);
        await delay();
        tell({ type: 'restored', trash: id, from: found.path, path: found.path });
        return found.path;
      },
    },
    writeOutside(path, bytes) {
      files.set(path, bytes.slice());
      for (const watcher of watchers) if (watcher.path === path) watcher.listener();
    },
    watch(path, listener) {
      const watcher = { path, listener };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
}
