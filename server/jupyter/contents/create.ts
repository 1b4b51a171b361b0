import { randomUUID } from 'node:crypto';
import { constants, copyFile, cp, stat } from 'node:fs/promises';

import { basename, extname } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { z } from 'zod';
import { diskError, type FolderWorkspace } from '../../workspace/folder.ts';
import { underFreeName } from '../../workspace/free-name.ts';
import { isInside, normalPath } from '../../workspace/resolve.ts';
import type { ContentsModel } from './model.ts';
import { printNotebook } from './notebook-file.ts';
import { readModel } from './read.ts';
import { emptyNotebook } from './save.ts';

export const CreateRequest = z.object({
  type: z.enum(['directory', 'file', 'notebook']).optional(),
  ext: z.string().max(40).optional(),
  copy_from: z.string().optional(),
});
export type CreateRequest = z.infer<typeof CreateRequest>;

/** Makes something new with a free name in `folder`: untitled, or a copy. */
export async function create(
  workspace: FolderWorkspace,
  folder: string,
  request: CreateRequest,
): Promise<ContentsModel> {
  const parent = normalPath(folder);
  const found = await stat(await workspace.locate(parent)).catch((cause) => {
    throw diskError(parent, cause);
  });
  if (!found.isDirectory()) {
    throw new DaybookError('not_a_folder', `“${parent}” is not a folder.`, { action: 'Choose a folder to create in.' });
  }
  const path =
    request.copy_from !== undefined
      ? await copy(workspace, parent, request.copy_from)
      : await untitled(workspace, parent, request);
  return readModel(workspace, path, { content: false });
}

async function untitled(
  workspace: FolderWorkspace,
  parent: string,
  { type, ext = '' }: CreateRequest,
): Promise<string> {
  const kind = type ?? (ext === '.ipynb' ? 'notebook' : 'file');
  if (kind === 'directory') {
    return underFreeName(workspace, parent, { stem: 'Untitled Folder', ext: '', gap: ' ' }, workspace.makeFolder);
  }
  const write = (bytes: Uint8Array) => (path: string) => workspace.write(path, bytes, { replacing: 'nothing' });
  if (kind === 'notebook') {
    const bytes = Buffer.from(printNotebook({ ...emptyNotebook(), cells: [emptyCell()] }));
    return underFreeName(workspace, parent, { stem: 'Untitled', ext: '.ipynb', gap: '' }, write(bytes));
  }
  const suffix = ext === '' || ext.startsWith('.') ? ext : `.${ext}`;
  return underFreeName(workspace, parent, { stem: 'untitled', ext: suffix, gap: '' }, write(new Uint8Array()));
}

/** A new notebook begins with a cell to write in; in a shared document the front end would not add one by itself. */
function emptyCell() {
  return { cell_type: 'code', execution_count: null, id: randomUUID(), metadata: {}, outputs: [], source: '' };
}

async function copy(workspace: FolderWorkspace, parent: string, from: string): Promise<string> {
  const source = normalPath(from);
  const file = await workspace.locate(source);
  const found = await stat(file).catch((cause) => {
    throw diskError(source, cause);
  });
  const ext = found.isDirectory() ? '' : extname(source);
  const stem = basename(source, ext).replace(/-Copy\d*$/, '');
  return underFreeName(workspace, parent, { stem: `${stem}-Copy`, ext, gap: '', first: 1 }, async (path) => {
    const goal = await workspace.locate(path);
    if (isInside(file, goal)) {
      throw new DaybookError('bad_path', `“${source}” cannot be copied into itself.`, {
        action: 'Choose another folder.',
      });
    }
    try {
      // Links are copied as links, so a copy never reaches outside the workspace.
      if (found.isDirectory())
        await cp(file, goal, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true });
      else await copyFile(file, goal, constants.COPYFILE_EXCL);
    } catch (cause) {
      throw diskError(path, cause);
    }
  });
}
