import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatNotebook } from '@daybook/shared/notebook/format';
import type { Cell } from '@daybook/shared/notebook/notebook';
import { parseNotebook } from '@daybook/shared/notebook/parse';

/** A temporary home for a test server, with files put into and read from its workspace. */
export interface TestHome {
  readonly path: string;
  put(path: string, text: string): Promise<void>;
  get(path: string): Promise<string>;
  cells(path: string): Promise<readonly Cell[]>;
  remove(): Promise<void>;
}

export async function createHome(): Promise<TestHome> {
  const home = await mkdtemp(join(tmpdir(), 'daybook-collab-'));
  const place = (path: string) => join(home, 'workspace', path);
  const get = (path: string) => readFile(place(path), 'utf8');
  return {
    path: home,
    async put(path, text) {
      await mkdir(dirname(place(path)), { recursive: true });
      await writeFile(place(path), text);
    },
    get,
    cells: async (path) => parseNotebook(await get(path)).cells,
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** The text of a notebook with these code cells. */
export function notebookOf(sources: Readonly<Record<string, string>>): string {
  const cells = Object.entries(sources).map(
    ([id, source]): Cell => ({ id, cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null }),
  );
  return formatNotebook({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
}
