import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { DocumentFile, type OpenFile } from './document-file.ts';
import { syncFolder } from './sync-folder.ts';

export interface FileLogOptions {
  /** Files kept open at once; idle ones beyond it are closed. */
  readonly openFiles?: number;
  readonly openFile?: OpenFile;
}

/**
 * DocumentLog in a folder, one append-only file per document (format: frame.ts).
 *
 * The folder belongs to one process at a time (the home's lock sees to that). Leftovers of a
 * compaction that was cut short are removed here; the file they would have replaced is whole.
 */
export async function openFileLog(
  folder: string,
  { openFiles = 800, openFile }: FileLogOptions = {},
): Promise<DocumentLog> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (name.endsWith('.new')) await rm(join(folder, name));
  await syncFolder(folder);

  const files = new Map<string, DocumentFile>();
  let closed = false;

  function file(document: string): DocumentFile {
    if (closed) {
      throw new DaybookError('document_log_closed', `the document log is closed; “${document}” was not touched`, {
        status: 503,
        action: 'Wait for the server to be up again.',
      });
    }
    const found = files.get(document) ?? new DocumentFile(document, folder, join(folder, fileName(document)), openFile);
    files.delete(document);
    files.set(document, found); // youngest last
    letGo(found);
    return found;
  }

  function letGo(wanted: DocumentFile): void {
    for (const [document, oldest] of files) {
      if (files.size <= openFiles) return;
      if (oldest === wanted || !oldest.idle) continue;
      files.delete(document);
      // An idle file has nothing left to lose; the next use opens it again.
      oldest.close().catch(() => undefined);
    }
  }

  return {
    append: async (document, update) => file(document).append(update),
    load: async (document) => file(document).load(),
    compact: async (document, state) => file(document).compact(state),
    delete: async (document) => file(document).delete(),
    async close() {
      closed = true;
      await Promise.all([...files.values()].map((each) => each.close()));
      files.clear();
    },
  };
}

/** A file name for any document name, different for different ones on every file system. */
function fileName(document: string): string {
  const plain = /^[a-z0-9][a-z0-9._-]{0,99}$/.test(document);
  return plain ? `${document}.log` : `~${createHash('sha256').update(document).digest('hex')}.log`;
}
