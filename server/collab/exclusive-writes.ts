import { DaybookError } from '@daybook/shared/errors/error';
import type { Workspace, WorkspaceStat } from '@daybook/shared/ports/workspace';

/** What a workspace may have besides, and what must not meet a write of the same file. */
interface Moving {
  move?(from: string, to: string): Promise<void>;
  remove?(path: string): Promise<unknown>;
  adopt?(path: string, source: string): Promise<void>;
  readonly trash?: { restore(id: string, path?: string): Promise<string> };
}

/** All paths. */
const EVERYWHERE = '';

interface Running {
  readonly paths: readonly string[];
  readonly over: Promise<unknown>;
}

/**
 * The same workspace with all that changes one path done one after the other, and with the
 * `replacing` option of the port. Renaming and removing count for everything below, so that a write
 * under way does not make a file anew that has just gone, and word of changes goes out in the order
 * in which they were made. Every writer of the server must use the
 * workspace that this returns.
 */
export function withExclusiveWrites<W extends Workspace & Moving>(workspace: W): W {
  const running = new Set<Running>();

  /** Waits for what began before it and concerns the same files; so nothing waits in a circle. */
  function alone<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
    const normal = paths.map((path) => path.replaceAll(/^\/+|\/+$/g, ''));
    const before = [...running].filter((each) => each.paths.some((path) => normal.some((own) => overlap(path, own))));
    const result = Promise.all(before.map(({ over }) => over)).then(work);
    const mine: Running = {
      paths: normal,
      over: result
        .catch(() => undefined) // the caller of `result` has the error
        .finally(() => running.delete(mine)),
    };
    running.add(mine);
    return result;
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
    alone([path], async () => {
      const wanted = options?.replacing;
      if (wanted !== undefined && (await hashOf(path)) !== wanted) {
        throw new DaybookError('file_changed', `“${path}” was changed by somebody else in the meantime`, {
          status: 409,
          action: 'Read it again before writing.',
        });
      }
      return workspace.write(path, bytes);
    });
  const { move, remove, adopt, trash } = workspace;
  return {
    ...workspace,
    write,
    ...(move === undefined ? {} : { move: (from: string, to: string) => alone([from, to], () => move(from, to)) }),
    ...(remove === undefined ? {} : { remove: (path: string) => alone([path], () => remove(path)) }),
    ...(adopt === undefined
      ? {}
      : { adopt: (path: string, source: string) => alone([path], () => adopt(path, source)) }),
    ...(trash === undefined
      ? {}
      : // Where something comes back is found only then.
        {
          trash: {
            ...trash,
            restore: (id: string, path?: string) => alone([EVERYWHERE], () => trash.restore(id, path)),
          },
        }),
  };
}

/** True for the same path, and for a folder and what is in it. */
function overlap(one: string, other: string): boolean {
  return (
    one === other ||
    one === EVERYWHERE ||
    other === EVERYWHERE ||
    one.startsWith(`${other}/`) ||
    other.startsWith(`${one}/`)
  );
}
