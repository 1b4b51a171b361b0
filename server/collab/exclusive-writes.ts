import { DaybookError } from '@daybook/shared/errors/error';
import type { Workspace, WorkspaceStat } from '@daybook/shared/ports/workspace';

/**
 * The same workspace with writes to one path made one after the other, and with the `replacing`
 * option of the port. Every writer of the server must use the workspace that this returns.
 */
export function withExclusiveWrites<W extends Workspace>(workspace: W): W {
  const last = new Map<string, Promise<unknown>>();

  function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
    const next = (last.get(path) ?? Promise.resolve()).then(work);
    const settled = next
      .catch(() => undefined) // the caller of `next` has the error
      .finally(() => {
        if (last.get(path) === settled) last.delete(path);
      });
    last.set(path, settled);
    return next;
  }

  async function hashOf(path: string): Promise<string> {
    try {
      return (await workspace.read(path)).sha256;
    } catch (error) {
      if (error instanceof DaybookError && error.status === 404) return 'nothing';
      throw error;
    }
  }

  const write: Workspace['write'] = (path, bytes, options): Promise<WorkspaceStat> =>
    alone(path.replaceAll(/^\/+|\/+$/g, ''), async () => {
      const wanted = options?.replacing;
      if (wanted !== undefined && (await hashOf(path)) !== wanted) {
        throw new DaybookError('file_changed', `“${path}” was changed by somebody else in the meantime`, {
          status: 409,
          action: 'Read it again before writing.',
        });
      }
      return workspace.write(path, bytes);
    });
  return { ...workspace, write };
}
