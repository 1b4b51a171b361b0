import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Blobs } from '@daybook/shared/ports/blobs';
import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { type StoredAuthor, versions } from '../db/schema.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

export type VersionRow = typeof versions.$inferSelect;
export type VersionKind = VersionRow['kind'];

/** What a version is made of. */
export interface NewVersion extends Pick<VersionRow, 'document' | 'type' | 'kind' | 'digest' | 'summary'> {
  readonly label: string | null;
  readonly authors: readonly StoredAuthor[];
  /** The whole document as a Yjs update in format 2. */
  readonly state: Uint8Array;
}

export interface VersionQuery {
  readonly document: string;
  readonly kinds?: readonly VersionKind[] | undefined;
  /** Only versions kept before the one with this number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/**
 * The kept states of documents: rows in the database, states as blobs. A version that `add`
 * resolved with is durable and whole; a crash in between leaves at most a blob that nobody names.
 */
export interface Versions {
  add(version: NewVersion): Promise<VersionRow>;
  newest(document: string): Promise<VersionRow | undefined>;
  /** Newest first. */
  list(query: VersionQuery): Promise<readonly VersionRow[]>;
  /** Fails with `version_not_found`. */
  find(id: string): Promise<VersionRow>;
  /** The Yjs update in format 2. Fails with `version_lost` when its bytes are gone. */
  state(version: Pick<VersionRow, 'id' | 'document'>): Promise<Uint8Array>;
  /** Gives a version a name, which makes it one to keep; null takes the name away. */
  name(id: string, label: string | null): Promise<VersionRow>;
  remove(document: string, ids: readonly string[]): Promise<void>;
}

export function createVersions({ orm }: Pick<Database, 'orm'>, blobs: Blobs): Versions {
  const key = ({ document, id }: Pick<VersionRow, 'id' | 'document'>) => `versions/${document}/${id}`;

  return {
    async add({ state, ...fields }) {
      const id = randomUUID();
      const bytes = await compress(state);
      await blobs.put(key({ document: fields.document, id }), bytes, { contentType: 'application/gzip' });
      const [row] = await orm
        .insert(versions)
        .values({ id, ...fields, size: bytes.length })
        .returning();
      if (row === undefined) throw new Error('the version was not stored');
      return row;
    },
    async newest(document) {
      const [row] = await this.list({ document, limit: 1 });
      return row;
    },
    list: ({ document, kinds, before, limit }) =>
      orm
        .select()
        .from(versions)
        .where(
          and(
            eq(versions.document, document),
            kinds === undefined ? undefined : inArray(versions.kind, [...kinds]),
            before === undefined ? undefined : lt(versions.seq, before),
          ),
        )
        .orderBy(desc(versions.seq))
        .limit(limit),
    async find(id) {
      const [row] = await orm.select().from(versions).where(eq(versions.id, id));
      return row ?? missing(id);
    },
    async state(version) {
      try {
        return await expand(await blobs.get(key(version)));
      } catch (cause) {
        if (!(cause instanceof DaybookError && cause.code === 'blob_not_found')) throw cause;
        throw new DaybookError('version_lost', `The bytes of version ${version.id} are no longer in the store.`, {
          status: 410,
          cause,
          action: 'Choose another version, or bring the store back from a backup.',
        });
      }
    },
    async name(id, label) {
      const kind = label === null ? 'auto' : 'named';
      const [row] = await orm.update(versions).set({ label, kind }).where(eq(versions.id, id)).returning();
      return row ?? missing(id);
    },
    async remove(document, ids) {
      if (ids.length === 0) return;
      await orm.delete(versions).where(and(eq(versions.document, document), inArray(versions.id, [...ids])));
      for (const id of ids) await blobs.delete(key({ document, id }));
    },
  };
}

function missing(id: string): never {
  throw new DaybookError('version_not_found', `There is no version ${id}.`, {
    status: 404,
    action: 'List the versions again; old ones without a name are removed in time.',
  });
}
