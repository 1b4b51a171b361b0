import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolder } from '../../../docker/services/folder.ts';
import { fileOf } from './load.ts';

/** A home whose workspace has so many empty text files, one for each room. */
export function textHome<T>(rooms: number, work: (home: string) => Promise<T>): Promise<T> {
  return withFolder(async (home) => {
    await mkdir(join(home, 'workspace'), { recursive: true });
    for (let room = 0; room < rooms; room += 1) await writeFile(join(home, 'workspace', fileOf(room)), '');
    return work(home);
  });
}
