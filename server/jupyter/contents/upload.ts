import { open, rm } from 'node:fs/promises';
import { DaybookError } from '@daybook/shared/errors/error';
import { steadyNow } from '../../time/steady-now.ts';
import type { FolderWorkspace } from '../../workspace/folder.ts';
import { temporaryName } from '../../workspace/write-atomic.ts';

/*
 * Large files arrive in parts: chunk 1, 2, … and -1 for the last. They gather in a hidden file
 * beside the goal and take its place, synced, only when the last part is there. A part out of
 * order ends the upload with an error: a file with a hole in it never appears.
 */

export interface Uploads {
  /** Adds one part; with -1 the file takes its place. Errors: `upload_out_of_order` (409). */
  part(path: string, chunk: number, bytes: Uint8Array): Promise<void>;
}

interface Upload {
  readonly file: string;
  next: number;
  touched: number;
}

/** Milliseconds without a part after which an upload is given up. */
const PATIENCE = 3_600_000;

export function createUploads(workspace: FolderWorkspace, now: () => number = steadyNow): Uploads {
  const running = new Map<string, Upload>();
  const queues = new Map<string, Promise<void>>();

  async function add(path: string, chunk: number, bytes: Uint8Array): Promise<void> {
    await giveUpOld();
    let upload = running.get(path);
    if (chunk === 1) {
      if (upload !== undefined) await rm(upload.file, { force: true });
      const goal = await workspace.locate(path);
      upload = { file: temporaryName(goal), next: 1, touched: now() };
      running.set(path, upload);
    }
    if (upload === undefined || (chunk !== -1 && chunk !== upload.next)) {
      running.delete(path);
      if (upload !== undefined) await rm(upload.file, { force: true });
      throw outOfOrder(path, chunk, upload?.next);
    }
    const handle = await open(upload.file, chunk === 1 ? 'wx' : 'a');
    try {
      await handle.writeFile(bytes);
      if (chunk === -1) await handle.sync();
    } finally {
      await handle.close();
    }
    upload.touched = now();
    upload.next++;
    if (chunk !== -1) return;
    running.delete(path);
    await workspace.adopt(path, upload.file);
  }

  async function giveUpOld(): Promise<void> {
    for (const [path, upload] of running) {
      if (upload.touched > now() - PATIENCE) continue;
      running.delete(path);
      await rm(upload.file, { force: true });
    }
  }

  return {
    part(path, chunk, bytes) {
      const turn = (queues.get(path) ?? Promise.resolve()).then(
        () => add(path, chunk, bytes),
        () => add(path, chunk, bytes),
      );
      queues.set(path, turn);
      const done = () => {
        if (queues.get(path) === turn) queues.delete(path);
      };
      turn.then(done, done);
      return turn;
    },
  };
}

function outOfOrder(path: string, chunk: number, expected: number | undefined): DaybookError {
  const wanted = expected === undefined ? 'no upload of this file is under way' : `part ${expected} was expected`;
  return new DaybookError('upload_out_of_order', `Part ${chunk} of “${path}” came, but ${wanted}.`, {
    status: 409,
    action: 'Upload the file again from its beginning.',
  });
}
