import { open } from 'node:fs/promises';
import type { OpenFile } from '../../adapters/document-log/document-file.ts';

/** Where in a commit a server dies. */
export const DEATHS = [
  'in the middle of a write',
  'before a sync',
  'after a sync',
  'before a snapshot is in place',
] as const;
export type Death = (typeof DEATHS)[number];

/** Opens log files so that the process kills itself at the `nth` time it comes to that place, once armed. */
export function dying(death: Death, nth: number, armed: () => boolean): OpenFile {
  let left = nth;
  const die = (place: Death) => {
    if (place !== death || !armed()) return;
    left -= 1;
    if (left <= 0) process.kill(process.pid, 'SIGKILL');
  };
  return async (path, flags) => {
    const handle = await open(path, flags);
    const write = handle.write.bind(handle) as WriteBytes;
    const datasync = handle.datasync.bind(handle);
    const partly = async (frame: Buffer, offset: number, length: number, at: number) => {
      if (death === 'in the middle of a write' && left === 1 && armed()) await write(frame, offset, length >> 1, at);
      die('in the middle of a write');
      return write(frame, offset, length, at);
    };
    Object.assign(handle, {
      write: partly,
      async datasync() {
        if (path.endsWith('.new')) die('before a snapshot is in place');
        die('before a sync');
        await datasync();
        die('after a sync');
      },
    });
    return handle;
  };
}

type WriteBytes = (bytes: Buffer, offset: number, length: number, at: number) => Promise<{ bytesWritten: number }>;
