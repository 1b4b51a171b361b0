import type { Blobs } from '@daybook/shared/ports/blobs';
import { eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { ObserveRoom } from '../collab/room-observer.ts';
import type { Database } from '../db/database.ts';
import { deletedCells as deletedCellRows, documents, versions as versionRows } from '../db/schema.ts';
import { createDeletedCells, type DeletedCells } from './deleted-cells.ts';
import { Recorder } from './recorder.ts';
import { createVersions, type Versions } from './versions.ts';

export interface HistoryOptions {
  readonly database: Pick<Database, 'orm'>;
  readonly blobs: Blobs;
  readonly log: Logger;
  /** Days that versions without a name are kept. */
  readonly days: number;
  /** Milliseconds of editing between two automatic versions; ten minutes unless told. */
  readonly interval?: number;
  readonly now?: () => Date;
  /** Told when the versions or deleted cells of a document are others now. */
  readonly onChange?: (document: string) => void;
}

/** The versions of documents, and the recorders of those that are open. */
export interface History {
  readonly versions: Versions;
  readonly deletedCells: DeletedCells;
  readonly observe: ObserveRoom;
  /**
   * Deletes the versions and deleted cells of the documents that lay in an entry of the trash, which
   * is gone for good; answers the documents' ids.
   */
  purge(trash: string): Promise<readonly string[]>;
  /** Of the room that has the document open as this type. */
  recorder(document: string, type: string): Recorder | undefined;
}

const TEN_MINUTES = 600_000;

export function createHistory(options: HistoryOptions): History {
  const { database, blobs, log, days, interval = TEN_MINUTES, now = () => new Date(), onChange = () => {} } = options;
  const versions = createVersions(database, blobs);
  const deletedCells = createDeletedCells(database, blobs);
  const recorders = new Map<string, Recorder>();
  const nameOf = (id: string, type: string) => `${type}:${id}`;

  return {
    versions,
    deletedCells,
    observe(room) {
      // An image shown in Base64 is not edited.
      if (room.kind.format === 'base64') return undefined;
      const name = nameOf(room.id, room.kind.type);
      const recorder = new Recorder({
        ...{ room, versions, deletedCells, log, days, interval, now },
        onKept: () => onChange(room.id),
        onClose: () => {
          if (recorders.get(name) === recorder) recorders.delete(name);
        },
      });
      recorders.set(name, recorder);
      return recorder;
    },
    async purge(trash) {
      const { orm } = database;
      const gone = await orm.select({ id: documents.id }).from(documents).where(eq(documents.trash, trash));
      for (const { id } of gone) {
        await orm.delete(versionRows).where(eq(versionRows.document, id));
        await orm.delete(deletedCellRows).where(eq(deletedCellRows.document, id));
        for (const prefix of [`versions/${id}/`, `deleted-cells/${id}/`]) {
          for await (const { key } of blobs.list(prefix)) await blobs.delete(key);
        }
      }
      return gone.map(({ id }) => id);
    },
    recorder: (document, type) => recorders.get(nameOf(document, type)),
  };
}
