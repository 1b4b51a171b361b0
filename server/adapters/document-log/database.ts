import { crc32 } from 'node:zlib';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentHistory, DocumentLog } from '@daybook/shared/ports/document-log';
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { docSnapshots, docUpdates } from '../../db/schema.ts';

/** Rows and bytes of one statement. */
const BATCH = { rows: 500, bytes: 8 << 20 };

/**
 * DocumentLog in the tables `doc_updates` and `doc_snapshots`.
 *
 * Operations run one at a time and in call order. Appends that wait together, of whatever
 * documents, become one statement and so one commit. An append that failed may have been committed
 * when the connection was lost at that moment; appending it again is harmless, as it is in Yjs.
 */
export function openDatabaseLog({ orm }: Pick<Database, 'orm'>): DocumentLog {
  let waiting: Waiting[] = [];
  let draining = false;
  let closed = false;

  function enqueue(item: Waiting): void {
    waiting.push(item);
    if (!draining) void drain();
  }

  /** Never rejects: each operation's failure goes to whoever asked for it. */
  async function drain(): Promise<void> {
    draining = true;
    await Promise.resolve(); // the first append waits for those of the same turn
    while (waiting.length > 0) {
      const batch = take();
      try {
        await execute(batch);
      } catch (cause) {
        for (const item of batch) item.reject(unreachable(cause));
      }
    }
    draining = false;
  }

  /** All appends at the head of the queue that fit into a statement, or the one other operation there. */
  function take(): Waiting[] {
    let count = 0;
    for (let bytes = 0; count < waiting.length && count < BATCH.rows; count += 1) {
      const item = waiting[count];
      if (item?.type !== 'append') break;
      bytes += item.update.length;
      if (bytes > BATCH.bytes && count > 0) break;
    }
    const taken = waiting.slice(0, Math.max(1, count));
    waiting = waiting.slice(taken.length);
    return taken;
  }

  async function execute(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first?.type === 'run') return first.work();
    const appends = batch.filter((item) => item.type === 'append');
    // Rows get their numbers in the order of the list.
    await orm
      .insert(docUpdates)
      .values(appends.map(({ document, update }) => ({ document, update: bytesOf(update), checksum: crc32(update) })));
    for (const item of appends) item.resolve();
  }

  function run<T>(document: string, work: () => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(closedError(document));
    return new Promise<T>((resolve, reject) => {
      enqueue({ type: 'run', work: () => work().then(resolve), reject });
    });
  }

  async function load(document: string): Promise<DocumentHistory> {
    const [snapshot] = await orm.select().from(docSnapshots).where(eq(docSnapshots.document, document));
    const rows = await orm
      .select()
      .from(docUpdates)
      .where(eq(docUpdates.document, document))
      .orderBy(asc(docUpdates.seq));
    const sound = rows.filter(({ update, checksum }) => crc32(update) === checksum);
    const nothingSound = snapshot === undefined && rows.length > 0 && rows[0] !== sound[0];
    if (nothingSound || (snapshot !== undefined && crc32(snapshot.state) !== snapshot.checksum))
      throw corrupt(document);
    const history = { snapshot: snapshot?.state, updates: sound.map(({ update }) => update) };
    if (sound.length === rows.length) return history;
    const damaged = rows.filter((row) => !sound.includes(row)).map(({ seq }) => seq);
    await orm
      .update(docUpdates)
      .set({ document: `${document}.damaged` })
      .where(inArray(docUpdates.seq, damaged));
    return { ...history, damaged: true };
  }

  return {
    append(document, update) {
      if (closed) return Promise.reject(closedError(document));
      return new Promise((resolve, reject) => enqueue({ type: 'append', document, update, resolve, reject }));
    },
    load: (document) => run(document, () => load(document)),
    compact: (document, state) =>
      run(document, () =>
        orm.transaction(async (tx) => {
          const values = { state: bytesOf(state), checksum: crc32(state), at: sql`now()` };
          await tx
            .insert(docSnapshots)
            .values({ document, ...values })
            .onConflictDoUpdate({ target: docSnapshots.document, set: values });
          await tx.delete(docUpdates).where(eq(docUpdates.document, document));
        }),
      ),
    delete: (document) =>
      run(document, () =>
        orm.transaction(async (tx) => {
          await tx.delete(docSnapshots).where(eq(docSnapshots.document, document));
          await tx.delete(docUpdates).where(eq(docUpdates.document, document));
        }),
      ),
    async close() {
      if (closed) return;
      const last = run('', async () => {});
      closed = true;
      await last;
    },
  };
}

type Waiting =
  | {
      readonly type: 'append';
      readonly document: string;
      readonly update: Uint8Array;
      readonly resolve: () => void;
      readonly reject: (cause: unknown) => void;
    }
  | { readonly type: 'run'; readonly work: () => Promise<void>; readonly reject: (cause: unknown) => void };

/** The driver wants a Buffer. */
function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unreachable(cause: unknown): unknown {
  if (cause instanceof DaybookError) return cause;
  return new DaybookError('document_log_unreachable', 'the database that holds the document log does not answer', {
    status: 503,
    cause,
    action: 'Nothing that was acknowledged is lost; it goes on when the database is back.',
  });
}

function corrupt(document: string): DaybookError {
  return new DaybookError('document_corrupt', `the log of document “${document}” is damaged at its beginning`, {
    status: 500,
    action: 'Restore this document from a backup; the damaged log was left as it is.',
  });
}

function closedError(document: string): DaybookError {
  return new DaybookError('document_log_closed', `the document log is closed; “${document}” was not touched`, {
    status: 503,
    action: 'Wait for the server to be up again.',
  });
}
