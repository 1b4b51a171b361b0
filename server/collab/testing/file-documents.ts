import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Documents } from '../documents.ts';

interface Row {
  path: string;
  deleted: boolean;
  trash?: string | undefined;
}
type Rows = Record<string, Row>;

/** Documents in a JSON file, for tests that restart a server without a database. */
export function createFileDocuments(file: string): Documents {
  return documentsIn({
    read: async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Rows,
    write: (rows) => writeFile(file, JSON.stringify(rows)),
  });
}

/** Documents that outlive nothing; `delay` passes before each answer. */
export function createMemoryDocuments(delay: () => Promise<void> = async () => {}): Documents {
  let kept: Rows = {};
  return documentsIn({
    async read() {
      await delay();
      return structuredClone(kept);
    },
    async write(rows) {
      kept = rows;
    },
  });
}

function documentsIn({ read, write }: { read(): Promise<Rows>; write(rows: Rows): Promise<void> }): Documents {
  let last: Promise<unknown> = Promise.resolve();

  function change<T>(work: (rows: Rows) => T): Promise<T> {
    const next = last.then(async () => {
      const rows = await read();
      const result = work(rows);
      await write(rows);
      return result;
    });
    last = next.catch(() => undefined);
    return next;
  }
  const live = (rows: Rows) => Object.entries(rows).filter(([, row]) => !row.deleted);
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
