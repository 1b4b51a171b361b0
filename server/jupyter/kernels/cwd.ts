import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FolderWorkspace } from '../../workspace/folder.ts';
import { normalPath } from '../../workspace/resolve.ts';

/**
 * The folder cells of the notebook at `path` run in: the notebook's own, or the workspace when
 * that does not exist. Absolute.
 */
export async function folderFor(workspace: FolderWorkspace, path: string): Promise<string> {
  // The collaborative drive puts its name before the path.
  const plain = normalPath(path.replace(/^RTC:/, '').replace(/^\/+/, ''));
  const file = await workspace.locate(plain);
  for (const folder of [file, dirname(file)]) {
    if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return folder;
  }
  return workspace.root;
}
