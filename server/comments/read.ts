import type { Comment, Thread, ThreadsQuery, ThreadsReply } from '@daybook/shared/api/comments';
import type { Person } from '@daybook/shared/api/people';
import { DaybookError } from '@daybook/shared/errors/error';
import { and, asc, eq, gt, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Orm } from '../db/database.ts';
import { comments, mentions, people, reactions, threadReads, threads } from '../db/schema.ts';
import { personOf } from '../people/people.ts';
import { shown } from './policy.ts';

/** A thread in which something is left to read. */
const ALIVE = sql`exists (select 1 from ${comments} where ${comments.thread} = ${threads.id} and ${comments.deleted} is null)`;

type Page = Pick<ThreadsReply, 'threads' | 'next'>;

/** A page of a document's threads as `reader` sees them. */
export async function listThreads(
  orm: Orm,
  document: string,
  { state, cursor, limit, reader }: Pick<ThreadsQuery, 'state' | 'cursor' | 'limit'> & { readonly reader: string },
): Promise<Page> {
  const conditions: SQL[] = [eq(threads.document, document), ALIVE];
  if (state === 'open') conditions.push(isNull(threads.resolved));
  if (state === 'resolved') conditions.push(isNotNull(threads.resolved));
  if (cursor !== undefined) conditions.push(gt(threads.number, Number(cursor)));
  const found = await threadRows(orm, and(...conditions), limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    threads: await dress(orm, page, reader),
    next: found.length > limit && last !== undefined ? String(last.thread.number) : null,
  };
}

/** One thread as `reader` sees it. Fails with `thread_not_found`. */
export async function getThread(orm: Orm, id: string, reader: string): Promise<Thread> {
  const [thread] = await dress(orm, await threadRows(orm, and(eq(threads.id, id), ALIVE), 1), reader);
  if (thread !== undefined) return thread;
  throw threadNotFound();
}

export async function countThreads(orm: Orm, document: string, reader: string): Promise<ThreadsReply['counts']> {
  const [states] = await orm
    .select({
      open: sql<number>`count(*) filter (where ${threads.resolved} is null)::int`,
      resolved: sql<number>`count(*) filter (where ${threads.resolved} is not null)::int`,
    })
    .from(threads)
    .where(and(eq(threads.document, document), ALIVE));
  const [unread] = await orm
    .select({ count: sql<number>`count(*)::int` })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.thread))
    .leftJoin(threadReads, and(eq(threadReads.thread, comments.thread), eq(threadReads.person, reader)))
    .where(and(eq(threads.document, document), UNREAD(reader)));
  return { open: states?.open ?? 0, resolved: states?.resolved ?? 0, unread: unread?.count ?? 0 };
}

/** Of a comment joined with what its reader has read of its thread. */
const UNREAD = (reader: string) =>
  and(
    isNull(comments.deleted),
    sql`${comments.author} <> ${reader}`,
    sql`${comments.number} > coalesce(${threadReads.upTo}, 0)`,
  );

export function threadNotFound(): DaybookError {
  return new DaybookError('thread_not_found', 'There is no such thread; it may have been deleted.', {
    status: 404,
    action: 'Load the comments again.',
  });
}

type ThreadRow = Awaited<ReturnType<typeof threadRows>>[number];

function threadRows(orm: Orm, where: SQL | undefined, limit: number) {
  return orm
    .select({ thread: threads, resolver: people })
    .from(threads)
    .leftJoin(people, eq(people.id, threads.resolvedBy))
    .where(where)
    .orderBy(asc(threads.number))
    .limit(limit);
}

/** Gives threads their comments. */
async function dress(orm: Orm, rows: readonly ThreadRow[], reader: string): Promise<Thread[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ thread }) => thread.id);
  const inThreads = inArray(comments.thread, ids);
  const [written, mentioned, reacted, unread] = await Promise.all([
    orm
      .select({ comment: comments, author: people })
      .from(comments)
      .innerJoin(people, eq(people.id, comments.author))
      .where(inThreads)
      .orderBy(asc(comments.number)),
    orm
      .select({ comment: mentions.comment, person: people })
      .from(mentions)
      .innerJoin(comments, eq(comments.id, mentions.comment))
      .innerJoin(people, eq(people.id, mentions.person))
      .where(inThreads),
    orm
      .select({ comment: reactions.comment, reaction: reactions.reaction, person: people })
      .from(reactions)
      .innerJoin(comments, eq(comments.id, reactions.comment))
      .innerJoin(people, eq(people.id, reactions.person))
      .where(inThreads)
      .orderBy(asc(reactions.created)),
    orm
      .select({ thread: comments.thread, count: sql<number>`count(*)::int` })
      .from(comments)
      .leftJoin(threadReads, and(eq(threadReads.thread, comments.thread), eq(threadReads.person, reader)))
      .where(and(inThreads, UNREAD(reader)))
      .groupBy(comments.thread),
  ]);
  const mentionsOf = group(mentioned, ({ comment }) => comment);
  const reactionsOf = group(reacted, ({ comment }) => comment);
  const commentsOf = group(written, ({ comment }) => comment.thread);
  const unreadOf = new Map(unread.map(({ thread, count }) => [thread, count]));

  return rows.flatMap(({ thread, resolver }) => {
    const rest = (commentsOf.get(thread.id) ?? []).map((row) => ({ ...row, deleted: row.comment.deleted }));
    const visible = shown(rest).map(({ comment, author }): Comment => {
      const deleted = comment.deleted !== null;
      return {
        id: comment.id,
        author: personOf(author),
        body: deleted ? '' : comment.body,
        created: comment.created.toISOString(),
        edited: comment.edited?.toISOString() ?? null,
        deleted,
        mentions: deleted ? [] : (mentionsOf.get(comment.id) ?? []).map(({ person }) => personOf(person)),
        reactions: deleted ? [] : byReaction(reactionsOf.get(comment.id) ?? []),
      };
    });
    // Its last comment may have gone between two of the queries.
    if (visible.length === 0) return [];
    const { id, document, anchor, created, resolved } = thread;
    return {
      id,
      document,
      anchor,
      created: created.toISOString(),
      resolved: resolved === null || resolver === null ? null : { by: personOf(resolver), at: resolved.toISOString() },
      comments: visible,
      unread: unreadOf.get(id) ?? 0,
    };
  });
}

function byReaction(rows: readonly { reaction: Comment['reactions'][number]['reaction']; person: Person }[]) {
  return [...group(rows, ({ reaction }) => reaction)].map(([reaction, of]) => ({
    reaction,
    people: of.map(({ person }) => personOf(person)),
  }));
}

function group<T, K>(rows: readonly T[], key: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const found = groups.get(key(row));
    if (found === undefined) groups.set(key(row), [row]);
    else found.push(row);
  }
  return groups;
}
