import { Buffer } from 'node:buffer';
import type { Run, RunMark, RunsPage, RunsQuery } from '@daybook/shared/api/runs';
import { DaybookError } from '@daybook/shared/errors/error';
import { RUN_STATES } from '@daybook/shared/session/run-queue';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { documents, runs } from '../db/schema.ts';

/** What is kept of a run beside its mark in the document. */
export interface NewRecord {
  readonly document: string;
  readonly cell: string;
  readonly kernel: string;
  readonly userId: string;
  readonly mark: RunMark;
}

/** The history of runs in the database. It follows the documents, which have what counts. */
export interface RunRecords {
  add(records: readonly NewRecord[]): Promise<void>;
  update(mark: RunMark): Promise<void>;
  /** The runs that a request with this key made in a document. */
  ofKey(document: string, key: string): Promise<{ readonly id: string; readonly cell: string }[]>;
  find(id: string): Promise<Run>;
  list(query: RunsQuery): Promise<RunsPage>;
  /** Runs of an earlier server that had not ended. */
  endLeftovers(): Promise<void>;
}

const STATE = z.enum(RUN_STATES);
const date = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));

export function createRunRecords({ orm }: Pick<Database, 'orm'>): RunRecords {
  const columns = { run: runs, path: documents.path };
  const rows = () => orm.select(columns).from(runs).leftJoin(documents, eq(documents.id, runs.documentId));

  return {
    async add(records) {
      await orm.insert(runs).values(
        records.map(({ document, cell, kernel, userId, mark }) => ({
          id: mark.id,
          documentId: document,
          cellId: cell,
          kernelId: kernel,
          key: mark.key,
          userId,
          userName: mark.by,
          state: mark.state,
          requested: new Date(mark.queued),
        })),
      );
    },
    async update({ id, state, why, started, ended }) {
      await orm
        .update(runs)
        .set({ state, why: why?.slice(0, 2_000) ?? null, started: date(started), ended: date(ended) })
        .where(eq(runs.id, id));
    },
    ofKey: (document, key) =>
      orm
        .select({ id: runs.id, cell: runs.cellId })
        .from(runs)
        .where(and(eq(runs.documentId, document), eq(runs.key, key))),
    async find(id) {
      const [row] = await rows().where(eq(runs.id, id));
      if (row !== undefined) return runOf(row);
      throw new DaybookError('no_such_run', `There is no run ${id}.`, {
        status: 404,
        action: 'List them at /api/v1/runs.',
      });
    },
    async list({ document_id, state, cursor, limit }) {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const found = await rows()
        .where(
          and(
            document_id === undefined ? undefined : eq(runs.documentId, document_id),
            state === undefined ? undefined : eq(runs.state, state),
            after === undefined
              ? undefined
              : sql`(${runs.requested}, ${runs.id}) < (${after.at}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(runs.requested), desc(runs.id))
        .limit(limit + 1);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1)?.run : undefined;
      return { runs: page.map(runOf), next: last === undefined ? null : writeCursor(last.requested, last.id) };
    },
    async endLeftovers() {
      await orm
        .update(runs)
        .set({ state: 'interrupted', why: 'The server ended.', ended: sql`now()` })
        .where(inArray(runs.state, ['queued', 'running']));
    },
  };
}

function runOf({ run, path }: { readonly run: typeof runs.$inferSelect; readonly path: string | null }): Run {
  const { started, ended } = run;
  return {
    id: run.id,
    document_id: run.documentId,
    path: path === null || path.startsWith('/') ? null : path,
    cell_id: run.cellId,
    kernel_id: run.kernelId,
    by: run.userName,
    state: STATE.parse(run.state),
    requested: run.requested.toISOString(),
    started: started?.toISOString() ?? null,
    ended: ended?.toISOString() ?? null,
    duration_ms: started === null || ended === null ? null : ended.getTime() - started.getTime(),
    why: run.why,
  };
}

const Cursor = z.tuple([z.iso.datetime(), z.uuid()]);

function writeCursor(at: Date, id: string): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');
}

function readCursor(cursor: string): { readonly at: string; readonly id: string } {
  try {
    const [at, id] = Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { at, id };
  } catch (cause) {
    throw new DaybookError('bad_cursor', 'The cursor is not one that this list gave.', {
      cause,
      action: 'Begin without a cursor.',
    });
  }
}
