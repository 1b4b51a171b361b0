import { createHash } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Blobs } from '@daybook/shared/ports/blobs';

/** Milliseconds after which a blob that is stored once more is written anew, so that it counts as young. */
const REFRESH = 12 * 3_600_000;

export const OUTPUTS_PREFIX = 'outputs/';

export const outputKey = (sha256: string) => `${OUTPUTS_PREFIX}${sha256.slice(0, 2)}/${sha256}`;

/** Bytes of outputs under their SHA-256. */
export interface OutputStore {
  /** Answers the SHA-256 once the bytes are durable. From then on they are young (`sweep.ts`). */
  put(bytes: Uint8Array): Promise<string>;
  /** Errors: `output_gone` (404), those of the store. */
  get(sha256: string): Promise<Uint8Array>;
  /** Bytes of it; errors as `get`. */
  size(sha256: string): Promise<number>;
  read(sha256: string): Promise<AsyncIterable<Uint8Array>>;
  /** Deletes it unless it is younger than this; true when it is gone. */
  deleteOlder(sha256: string, than: number): Promise<boolean>;
}

export function createOutputStore(blobs: Blobs, now: () => number = Date.now): OutputStore {
  /** Storing and deleting the same bytes follow each other. */
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(sha256: string, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(sha256) ?? Promise.resolve()).then(work);
    const settled = mine
      .catch(() => undefined) // whoever asked has the error
      .finally(() => {
        if (turns.get(sha256) === settled) turns.delete(sha256);
      });
    turns.set(sha256, settled);
    return mine;
  }

  return {
    put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const key = outputKey(sha256);
      return inTurn(sha256, async () => {
        const found = await blobs.stat(key);
        const fresh = found?.size === bytes.byteLength && now() - found.modified < REFRESH;
        if (!fresh) await blobs.put(key, bytes);
        return sha256;
      });
    },
    get: (sha256) => blobs.get(outputKey(sha256)).catch(gone(sha256)),
    async size(sha256) {
      const found = await blobs.stat(outputKey(sha256));
      return found?.size ?? gone(sha256)(undefined);
    },
    read: (sha256) => blobs.read(outputKey(sha256)).catch(gone(sha256)),
    deleteOlder: (sha256, than) =>
      inTurn(sha256, async () => {
        const found = await blobs.stat(outputKey(sha256));
        if (found === undefined) return true;
        if (now() - found.modified < than) return false;
        await blobs.delete(outputKey(sha256));
        return true;
      }),
  };
}

function gone(sha256: string) {
  return (cause: unknown): never => {
    if (cause !== undefined && !(cause instanceof DaybookError && cause.code === 'blob_not_found')) throw cause;
    throw new DaybookError('output_gone', `The output ${sha256} is not in the store any more.`, {
      status: 404,
      cause,
      action: 'Run its cell again, or bring the store back from a backup.',
    });
  };
}
