import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Documents } from '../documents.ts';

/** Documents in a JSON file, for tests that restart a server without a database. */
export function createFileDocuments(file: string): Documents {
  interface Row {
    path: string;
    deleted: boolean;
    trash?: string | undefined;
  }
  const read = async (): Promise<Record<string, Row>> => JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  let last: Promise<unknown> = Promise.resolve();

  function change<T>(work: (rows: Record<string, Row>) => T): Promise<T> {
    const next = last.then(async () => {
      const rows = await read();
      const result = work(rows);
      await writeFile(file, JSON.stringify(rows));
      return result;
    });
    last = next.catch(() => undefined);
    return next;
  }
  const live = (rows: Record<string, Row>) => Object.entries(rows).filter(([, row]) => !row.deleted);
  const isAt = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

  return {
    open: (path) =>
      change((rows) => {
        const found = live(rows).find(([, row]) => row.path === path);
        if (found !== undefined) return { id: found[0], created: false };
        const id = randomUUID();
        rows[id] = { path, deleted: false };
        return { id, created: true };
      }),
    find: (id) => change((rows) => rows[id]),
    rename: (from, to) =>
      change((rows) => {
        for (const [, row] of live(rows)) if (isAt(row.path, to)) row.deleted = true;
        for (const [, row] of live(rows)) if (isAt(row.path, from)) row.path = to + row.path.slice(from.length);
      }),
    forget: (path, trash) =>
      change((rows) => {
        for (const [, row] of live(rows)) if (isAt(row.path, path)) Object.assign(row, { deleted: true, trash });
      }),
    restoreTrash: (trash, from, to) =>
      change((rows) => {
        for (const [, row] of live(rows)) if (isAt(row.path, to)) row.deleted = true;
        const back = Object.entries(rows).filter(([, row]) => row.deleted && row.trash === trash);
        for (const [, row] of back)
          Object.assign(row, { path: to + row.path.slice(from.length), deleted: false, trash: undefined });
        return back.map(([id, { path }]) => ({ id, path }));
      }),
    restore: (id, path) =>
      change((rows) => {
        const taken = live(rows).find(([, row]) => row.path === path);
        if (taken !== undefined && taken[0] !== id)
          throw new DaybookError('file_exists', `“${path}” is taken`, { status: 409 });
        rows[id] = { path, deleted: false };
      }),
  };
}
