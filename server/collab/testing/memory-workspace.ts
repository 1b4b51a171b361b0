import { createHash } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Workspace, WorkspaceStat } from '@daybook/shared/ports/workspace';
import { withExclusiveWrites } from '../exclusive-writes.ts';

/** A workspace of files in memory, for tests that make thousands of them. */
export function createMemoryWorkspace(): Workspace {
  const files = new Map<string, Uint8Array>();
  const stat = (path: string, bytes: Uint8Array): WorkspaceStat => ({
    path,
    size: bytes.length,
    modified: 0,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  return withExclusiveWrites({
    root: '/nowhere',
    async read(path: string) {
      const bytes = files.get(path);
      if (bytes === undefined) throw new DaybookError('file_not_found', `there is no “${path}”`, { status: 404 });
      return { ...stat(path, bytes), bytes };
    },
    async write(path: string, bytes: Uint8Array) {
      files.set(path, bytes.slice());
      return stat(path, bytes);
    },
    watch: () => () => {},
    onChange: () => () => {},
  });
}
