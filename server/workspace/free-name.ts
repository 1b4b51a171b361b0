import { stat } from 'node:fs/promises';
import { DaybookError } from '@daybook/shared/errors/error';
import type { FolderWorkspace } from './folder.ts';
import { normalPath } from './resolve.ts';

export interface NamePattern {
  readonly stem: string;
  readonly ext: string;
  /** Between the stem and the number. */
  readonly gap: string;
  /** First number tried; 0 is written as none. */
  readonly first?: number;
}

/**
 * Makes something under the first free name and answers its path. A name that somebody else takes
 * between the look and the making is left to them.
 */
export async function underFreeName(
  workspace: Pick<FolderWorkspace, 'locate'>,
  parent: string,
  { stem, ext, gap, first = 0 }: NamePattern,
  make: (path: string) => Promise<unknown>,
): Promise<string> {
  for (let number = first; ; number++) {
    const name = `${stem}${number === 0 ? '' : `${gap}${number}`}${ext}`;
    const path = normalPath(parent === '' ? name : `${parent}/${name}`);
    const taken = await stat(await workspace.locate(path)).catch(() => undefined);
    if (taken !== undefined) continue;
    try {
      await make(path);
      return path;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof DaybookError
    ? error.code === 'file_exists' || error.code === 'file_changed'
    : (error as NodeJS.ErrnoException).code === 'EEXIST';
}
