import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { DaybookError } from '@daybook/shared/errors/error';
import { excerptOf } from '@daybook/shared/notebook/diff/diff-notebooks';
import { readJson } from '@daybook/shared/notebook/json-read';
import { writeJson } from '@daybook/shared/notebook/json-write';
import type { Cell } from '@daybook/shared/notebook/notebook';
import type { Blobs } from '@daybook/shared/ports/blobs';
import { and, desc, eq, lt, notInArray } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { deletedCells, type StoredAuthor } from '../db/schema.ts';
import type { Deletion } from './watch-deletions.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

export type DeletedCellRow = typeof deletedCells.$inferSelect;

export interface DeletedCellQuery {
  readonly document: string;
  /** Ids of cells that are there now and so not deleted. */
  readonly live: readonly string[];
  readonly before?: number | undefined;
  readonly limit: number;
}

/** What a document's cells were that somebody deleted: rows in the database, cells as blobs. */
export interface DeletedCells {
  add(document: string, deletion: Deletion, authors: readonly StoredAuthor[]): Promise<void>;
  /** Newest first; a cell that was deleted more than once is in it as often. */
  list(query: DeletedCellQuery): Promise<readonly DeletedCellRow[]>;
  /** Fails with `deleted_cell_not_found`. */
  find(id: string): Promise<DeletedCellRow>;
  read(row: Pick<DeletedCellRow, 'id' | 'document'>): Promise<Cell>;
  /** Removes those deleted before this time. */
  removeBefore(document: string, time: Date): Promise<void>;
}

export function createDeletedCells({ orm }: Pick<Database, 'orm'>, blobs: Blobs): DeletedCells {
  const key = ({ document, id }: Pick<DeletedCellRow, 'id' | 'document'>) => `deleted-cells/${document}/${id}`;

  return {
    async add(document, { cell, after }, authors) {
      const id = randomUUID();
      const bytes = await compress(writeJson(cell));
      await blobs.put(key({ document, id }), bytes, { contentType: 'application/gzip' });
      const excerpt = excerptOf(cell);
      await orm
        .insert(deletedCells)
        .values({ id, document, cell: cell.id, after, cellType: cell.cell_type, excerpt, authors });
    },
    list: ({ document, live, before, limit }) =>
      orm
        .select()
        .from(deletedCells)
        .where(
          and(
            eq(deletedCells.document, document),
            live.length === 0 ? undefined : notInArray(deletedCells.cell, [...live]),
            before === undefined ? undefined : lt(deletedCells.seq, before),
          ),
        )
        .orderBy(desc(deletedCells.seq))
        .limit(limit),
    async find(id) {
      const [row] = await orm.select().from(deletedCells).where(eq(deletedCells.id, id));
      if (row !== undefined) return row;
      throw new DaybookError('deleted_cell_not_found', `There is no deleted cell ${id}.`, {
        status: 404,
        action: 'List the deleted cells again; old ones are removed in time.',
      });
    },
    async read(row) {
      return readJson((await expand(await blobs.get(key(row)))).toString()) as Cell;
    },
    async removeBefore(document, time) {
      const old = await orm
        .delete(deletedCells)
        .where(and(eq(deletedCells.document, document), lt(deletedCells.deleted, time)))
        .returning({ id: deletedCells.id });
      for (const { id } of old) await blobs.delete(key({ document, id }));
    },
  };
}
