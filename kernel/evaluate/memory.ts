import { totalmem } from 'node:os';

/** Bytes this process may use: the machine's memory, or the container's limit where that is lower. */
export function constrainedMemory(): number {
  const limit = process.constrainedMemory() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
