import { DaybookError } from '@daybook/shared/errors/error';
import { z } from 'zod';
import type { FolderWorkspace } from '../../workspace/folder.ts';
import { normalPath } from '../../workspace/resolve.ts';
import type { ContentsModel } from './model.ts';
import { checkNotebook, printNotebook } from './notebook-file.ts';
import { readModel } from './read.ts';
import type { Uploads } from './upload.ts';

/** What a client sends to save; the name and path in it are ignored, the address counts. */
export const SaveRequest = z.object({
  type: z.enum(['directory', 'file', 'notebook']).optional(),
  format: z.enum(['json', 'text', 'base64']).nullish(),
  content: z.unknown().optional(),
  /** 1…n for the parts of a large file, -1 for the last one. */
  chunk: z.number().int().optional(),
});
export type SaveRequest = z.infer<typeof SaveRequest>;

export interface SaveOptions {
  readonly path: string;
  readonly request: SaveRequest;
  /** Puts back large outputs, which the documents of pages hold elsewhere. */
  readonly unpack?: ((packed: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/** Writes what the request holds and answers its model, without content and with its hash. */
export async function save(
  workspace: FolderWorkspace,
  uploads: Uploads,
  { path, request, unpack = async (file) => file }: SaveOptions,
): Promise<ContentsModel> {
  const normal = normalPath(path);
  if (normal === '') throw bad('The workspace folder itself cannot be saved.');
  if (request.type === 'directory') {
    await workspace.makeFolder(normal).catch((error: unknown) => {
      if (!(error instanceof DaybookError && error.code === 'file_exists')) throw error;
    });
    return readModel(workspace, normal, { content: false });
  }
  if (request.chunk !== undefined) await uploads.part(normal, request.chunk, bytesOf(request));
  else if (request.type === 'notebook')
    await workspace.write(normal, await unpack(notebookBytes(request.content, normal)));
  else await workspace.write(normal, bytesOf(request));
  if (request.chunk !== undefined && request.chunk !== -1) return unfinished(normal);
  return readModel(workspace, normal, { content: false, hash: true });
}

function notebookBytes(content: unknown, path: string): Uint8Array {
  const notebook = content ?? emptyNotebook();
  checkNotebook(notebook, path);
  return Buffer.from(printNotebook(notebook));
}

export function emptyNotebook() {
  return { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

function bytesOf({ content, format }: SaveRequest): Uint8Array {
  if (content === undefined || content === null) return new Uint8Array();
  if (format === 'json') return Buffer.from(JSON.stringify(content));
  if (typeof content !== 'string') throw bad('The content is not a text.');
  if (format !== 'base64') return Buffer.from(content);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) throw bad('The content is not base64.');
  return Buffer.from(content, 'base64');
}

/** The model of a file that is still arriving: it is not in the folder yet. */
function unfinished(path: string): ContentsModel {
  const now = new Date().toISOString();
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    type: 'file',
    created: now,
    last_modified: now,
    mimetype: null,
    content: null,
    format: null,
    size: null,
    writable: true,
    hash: null,
    hash_algorithm: null,
  };
}

function bad(message: string): DaybookError {
  return new DaybookError('bad_request', message, {
    action: 'Send “format” as text, base64 or json, with content to match.',
  });
}
