import { DaybookError } from '@daybook/shared/errors/error';
import { eq, or, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { documents } from '../db/schema.ts';

/** Which document is at which path. A document keeps its id when its file is renamed. */
export interface Documents {
  /** The document at this path, made when there was none. */
  open(path: string): Promise<{ readonly id: string; readonly created: boolean }>;
  /** Where the document's file is; `undefined` for an unknown id. */
  find(id: string): Promise<DocumentPlace | undefined>;
  /** A file, or a folder with all in it, has a new path. */
  rename(from: string, to: string): Promise<void>;
  /**
   * A file, or a folder with all in it, is gone; the path is free for a new document. `trash` names
   * the entry of the trash that it lies in.
   */
  forget(path: string, trash?: string): Promise<void>;
  /** What lay in an entry of the trash is back, at `to` instead of `from`; answers which documents. */
  restoreTrash(
    trash: string,
    from: string,
    to: string,
  ): Promise<readonly { readonly id: string; readonly path: string }[]>;
  /** Gives a forgotten document its path back; `file_exists` when another document is there now. */
  restore(id: string, path: string): Promise<void>;
}

export interface DocumentPlace {
  readonly path: string;
  readonly deleted: boolean;
}

/** Before the paths of deleted documents, which stay for their history. No workspace path begins so. */
const DELETED = '/deleted/';

/** Documents in the table `documents`. */
export function createDocuments({ orm }: Pick<Database, 'orm'>): Documents {
  const below = (path: string) => or(eq(documents.path, path), sql`starts_with(${documents.path}, ${`${path}/`})`);

  return {
    async open(path) {
      const [made] = await orm
        .insert(documents)
        .values({ path })
        .onConflictDoNothing({ target: documents.path })
        .returning({ id: documents.id });
      if (made !== undefined) return { id: made.id, created: true };
      const [found] = await orm.select({ id: documents.id }).from(documents).where(eq(documents.path, path));
      // Gone between the two statements: somebody deleted the file. Asking again settles it.
      return found === undefined ? this.open(path) : { id: found.id, created: false };
    },
    async find(id) {
      if (!UUID.test(id)) return undefined;
      const [found] = await orm.select({ path: documents.path }).from(documents).where(eq(documents.id, id));
      if (found === undefined) return undefined;
      const deleted = found.path.startsWith(DELETED);
      return { path: deleted ? found.path.slice(DELETED.length + id.length + 1) : found.path, deleted };
    },
    async rename(from, to) {
      await this.forget(to);
      await orm
        .update(documents)
        .set({ path: sql`${to}::text || substr(${documents.path}, ${from.length + 1}::int)`, updated: new Date() })
        .where(below(from));
    },
    async forget(path, trash) {
      const gone = sql`${DELETED}::text || ${documents.id}::text || '/' || ${documents.path}`;
      await orm
        .update(documents)
        .set({ path: gone, trash: trash ?? null, updated: new Date() })
        .where(below(path));
    },
    async restoreTrash(trash, from, to) {
      // Whatever was noted there has no file: the place was free.
      await this.forget(to);
      const start = sql`length(${DELETED}::text || ${documents.id}::text || '/') + ${from.length + 1}::int`;
      return orm
        .update(documents)
        .set({ path: sql`${to}::text || substr(${documents.path}, ${start})`, trash: null, updated: new Date() })
        .where(eq(documents.trash, trash))
        .returning({ id: documents.id, path: documents.path });
    },
    async restore(id, path) {
      const [taken] = await orm.select({ id: documents.id }).from(documents).where(eq(documents.path, path));
      if (taken?.id === id) return;
      if (taken !== undefined) {
        throw new DaybookError('file_exists', `another document is at “${path}” now`, {
          status: 409,
          action: 'Save under another name.',
        });
      }
      await orm.update(documents).set({ path, trash: null, updated: new Date() }).where(eq(documents.id, id));
    },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
