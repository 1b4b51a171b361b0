import type { NewReply, NewThread, Reaction, ReadMarks } from '@daybook/shared/api/comments';
import { mentioned } from '@daybook/shared/comments/mentions';
import { DaybookError } from '@daybook/shared/errors/error';
import { and, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Identity } from '../auth/identity.ts';
import type { Database, Orm } from '../db/database.ts';
import { comments, mentions, notifications, reactions, threadReads, threads } from '../db/schema.ts';
import { type Tx, tellLater } from '../notify/outbox.ts';
import type { People } from '../people/people.ts';
import { mayEdit, mayRemove, notYours } from './policy.ts';
import { threadNotFound } from './read.ts';

/** Milliseconds in which a deletion can be undone; then the text is gone. */
const UNDO_WINDOW = 10 * 60_000;

const MOST_COMMENTS = 1_000;
const MOST_THREADS = 10_000;
const MOST_MENTIONS = 50;

/** What a write did: to which thread of which document, and whether anything is new. */
export interface Written {
  readonly thread: string;
  readonly document: string;
  /** False when the same had been written before. */
  readonly fresh: boolean;
  /** The thread's last comment was deleted. */
  readonly gone?: boolean;
}

export interface Writing {
  openThread(
    identity: Identity,
    document: string,
    thread: Pick<NewThread, 'anchor' | 'body' | 'key'>,
  ): Promise<Written>;
  reply(identity: Identity, thread: string, reply: NewReply): Promise<Written>;
  edit(identity: Identity, at: CommentAt, body: string): Promise<Written>;
  remove(identity: Identity, at: CommentAt): Promise<Written>;
  restore(identity: Identity, at: CommentAt): Promise<Written>;
  settle(identity: Identity, thread: string, resolved: boolean): Promise<Written>;
  react(identity: Identity, at: CommentAt, reaction: { name: Reaction; on: boolean }): Promise<Written>;
  markRead(identity: Identity, marks: ReadMarks['marks']): Promise<void>;
  /** Erases the text of what was deleted so long ago that it cannot be restored. */
  erase(): Promise<void>;
}

export interface CommentAt {
  readonly thread: string;
  readonly comment: string;
}

/** Whoever calls these has met the identity (`People.meet`) and knows that it may comment. */
export function createWriting(
  { orm }: Pick<Database, 'orm'>,
  { people, now = Date.now }: { readonly people: Pick<People, 'list'>; readonly now?: () => number },
): Writing {
  /** A comment, whom it mentions, and the word to the outbox, in one transaction. */
  async function write(tx: Tx, author: string, thread: string, { body, key }: NewReply): Promise<void> {
    const [comment] = await tx
      .insert(comments)
      .values({ thread, author, body, key, created: new Date(now()) })
      .returning({ id: comments.id, number: comments.number });
    if (comment === undefined) throw threadNotFound();
    const named = await mention(tx, comment.id, body);
    await tellLater(tx, { comment: comment.id, mentions: named, reply: true });
    await advance(tx, author, thread, comment.number);
  }

  /** Notes whom a comment mentions; answers those who were not mentioned before. */
  async function mention(tx: Tx, comment: string, body: string): Promise<string[]> {
    const named = mentioned(body, await people.list()).slice(0, MOST_MENTIONS);
    const before = await tx.delete(mentions).where(eq(mentions.comment, comment)).returning();
    if (named.length > 0) await tx.insert(mentions).values(named.map(({ id: person }) => ({ comment, person })));
    const known = new Set(before.map(({ person }) => person));
    return named.map(({ id }) => id).filter((id) => !known.has(id));
  }

  async function advance(tx: Tx, person: string, thread: string, upTo: number): Promise<void> {
    await tx
      .insert(threadReads)
      .values({ person, thread, upTo })
      .onConflictDoUpdate({
        target: [threadReads.thread, threadReads.person],
        set: { upTo: sql`greatest(${threadReads.upTo}, ${upTo})` },
      });
  }

  /** What was written under this key before, if anything. */
  async function written(author: string, key: string): Promise<Omit<Written, 'fresh'> | undefined> {
    const [found] = await orm
      .select({ thread: threads.id, document: threads.document })
      .from(comments)
      .innerJoin(threads, eq(threads.id, comments.thread))
      .where(and(eq(comments.author, author), eq(comments.key, key)));
    return found;
  }

  /** Does `work` unless its key was used before, for the same place. */
  async function once(
    { author, key }: { readonly author: string; readonly key: string },
    isSame: (found: Omit<Written, 'fresh'>) => boolean,
    work: () => Promise<Written>,
  ): Promise<Written> {
    const again = (found: Omit<Written, 'fresh'>): Written => {
      if (isSame(found)) return { ...found, fresh: false };
      throw new DaybookError('key_reused', 'This key belongs to a comment elsewhere.', {
        status: 409,
        action: 'Make a new key for every new comment.',
      });
    };
    const before = await written(author, key);
    if (before !== undefined) return again(before);
    try {
      return await work();
    } catch (error) {
      if (!isTwice(error)) throw error;
      const other = await written(author, key); // sent twice at the same time
      if (other === undefined) throw error;
      return again(other);
    }
  }

  /** The thread, which waits for this transaction, so that its comments get their numbers in order. */
  async function lock(tx: Tx, id: string): Promise<{ readonly document: string; readonly resolved: Date | null }> {
    const [thread] = await tx
      .select({ document: threads.document, resolved: threads.resolved })
      .from(threads)
      .where(eq(threads.id, id))
      .for('update');
    if (thread === undefined) throw threadNotFound();
    return thread;
  }

  async function lockComment(tx: Tx, { thread, comment }: CommentAt) {
    const { document } = await lock(tx, thread);
    const [found] = await tx
      .select()
      .from(comments)
      .where(and(eq(comments.id, comment), eq(comments.thread, thread)));
    if (found === undefined) throw commentNotFound();
    return { ...found, document };
  }

  return {
    openThread(identity, document, { anchor, body, key }) {
      return once(
        { author: identity.id, key },
        (found) => found.document === document,
        () =>
          orm.transaction(async (tx) => {
            await checkRoom(tx, document);
            const [thread] = await tx
              .insert(threads)
              .values({ document, anchor, created: new Date(now()) })
              .returning({ id: threads.id });
            if (thread === undefined) throw threadNotFound();
            await write(tx, identity.id, thread.id, { body, key });
            return { thread: thread.id, document, fresh: true };
          }),
      );
    },

    reply(identity, thread, reply) {
      return once(
        { author: identity.id, key: reply.key },
        (found) => found.thread === thread,
        () =>
          orm.transaction(async (tx) => {
            const { document } = await lock(tx, thread);
            const [state] = await tx
              .select({
                all: sql<number>`count(*)::int`,
                alive: sql<number>`count(*) filter (where ${comments.deleted} is null)::int`,
              })
              .from(comments)
              .where(eq(comments.thread, thread));
            if ((state?.alive ?? 0) === 0) throw threadNotFound();
            if ((state?.all ?? 0) >= MOST_COMMENTS) {
              throw new DaybookError('thread_full', `A thread holds ${MOST_COMMENTS} comments.`, {
                status: 409,
                action: 'Open a new thread at the same place.',
              });
            }
            await write(tx, identity.id, thread, reply);
            return { thread, document, fresh: true };
          }),
      );
    },

    edit(identity, at, body) {
      return orm.transaction(async (tx) => {
        const comment = await lockComment(tx, at);
        if (!mayEdit(identity, comment.author)) throw notYours('change');
        if (comment.deleted !== null) throw commentNotFound();
        const place = { thread: at.thread, document: comment.document };
        if (comment.body === body) return { ...place, fresh: false };
        await tx
          .update(comments)
          .set({ body, edited: new Date(now()) })
          .where(eq(comments.id, at.comment));
        const named = await mention(tx, at.comment, body);
        if (named.length > 0) await tellLater(tx, { comment: at.comment, mentions: named, reply: false });
        return { ...place, fresh: true };
      });
    },

    remove(identity, at) {
      return orm.transaction(async (tx) => {
        const comment = await lockComment(tx, at);
        if (!mayRemove(identity, comment.author)) throw notYours('delete');
        await tx
          .update(comments)
          .set({ deleted: new Date(now()) })
          .where(and(eq(comments.id, at.comment), isNull(comments.deleted)));
        const [left] = await tx
          .select({ id: comments.id })
          .from(comments)
          .where(and(eq(comments.thread, at.thread), isNull(comments.deleted)))
          .limit(1);
        const fresh = comment.deleted === null;
        return { thread: at.thread, document: comment.document, fresh, gone: left === undefined };
      });
    },

    restore(identity, at) {
      return orm.transaction(async (tx) => {
        const comment = await lockComment(tx, at);
        if (!mayRemove(identity, comment.author)) throw notYours('change');
        const back = await tx
          .update(comments)
          .set({ deleted: null })
          .where(and(eq(comments.id, at.comment), gt(comments.deleted, new Date(now() - UNDO_WINDOW))))
          .returning({ id: comments.id });
        if (comment.deleted !== null && back.length === 0) {
          throw new DaybookError('deletion_final', 'This comment was deleted too long ago to come back.', {
            status: 410,
            action: 'Write it again.',
          });
        }
        return { thread: at.thread, document: comment.document, fresh: back.length > 0 };
      });
    },

    settle(identity, thread, resolved) {
      return orm.transaction(async (tx) => {
        const before = await lock(tx, thread);
        const fresh = (before.resolved !== null) !== resolved;
        if (fresh) {
          await tx
            .update(threads)
            .set(
              resolved ? { resolved: new Date(now()), resolvedBy: identity.id } : { resolved: null, resolvedBy: null },
            )
            .where(eq(threads.id, thread));
        }
        return { thread, document: before.document, fresh };
      });
    },

    react(identity, at, { name, on }) {
      return orm.transaction(async (tx) => {
        const { document, deleted } = await lockComment(tx, at);
        if (deleted !== null) throw commentNotFound();
        const row = { comment: at.comment, person: identity.id, reaction: name };
        const changed = on
          ? await tx
              .insert(reactions)
              .values({ ...row, created: new Date(now()) })
              .onConflictDoNothing()
              .returning()
          : await tx
              .delete(reactions)
              .where(
                and(
                  eq(reactions.comment, row.comment),
                  eq(reactions.person, row.person),
                  eq(reactions.reaction, row.reaction),
                ),
              )
              .returning();
        return { thread: at.thread, document, fresh: changed.length > 0 };
      });
    },

    async markRead(identity, marks) {
      await orm.transaction(async (tx) => {
        const seen = await tx
          .select({ comment: comments.id, thread: comments.thread, number: comments.number })
          .from(comments)
          .where(
            inArray(
              comments.id,
              marks.map(({ comment }) => comment),
            ),
          );
        const threadOf = new Map(marks.map(({ comment, thread }) => [comment, thread]));
        // In one order, so that two tabs of one person do not wait for each other.
        const known = seen.filter(({ comment, thread }) => threadOf.get(comment) === thread);
        for (const { thread, number } of known.sort((a, b) => a.thread.localeCompare(b.thread))) {
          await advance(tx, identity.id, thread, number);
          const upTo = tx
            .select({ id: comments.id })
            .from(comments)
            .where(and(eq(comments.thread, thread), lte(comments.number, number)));
          await tx
            .update(notifications)
            .set({ read: new Date(now()) })
            .where(
              and(
                eq(notifications.person, identity.id),
                isNull(notifications.read),
                inArray(notifications.comment, upTo),
              ),
            );
        }
      });
    },

    async erase() {
      const long = new Date(now() - UNDO_WINDOW);
      await orm.transaction(async (tx) => {
        const gone = await tx
          .update(comments)
          .set({ body: '' })
          .where(and(lte(comments.deleted, long), sql`${comments.body} <> ''`))
          .returning({ id: comments.id, thread: comments.thread });
        if (gone.length === 0) return;
        const ids = gone.map(({ id }) => id);
        await tx.delete(mentions).where(inArray(mentions.comment, ids));
        await tx.delete(reactions).where(inArray(reactions.comment, ids));
        await tx.delete(threads).where(
          and(
            inArray(
              threads.id,
              gone.map(({ thread }) => thread),
            ),
            sql`not exists (select 1 from ${comments} where ${comments.thread} = ${threads.id}
              and (${comments.deleted} is null or ${comments.deleted} > ${long.toISOString()}::timestamptz))`,
          ),
        );
      });
    },
  };
}

async function checkRoom(orm: Pick<Orm, 'select'>, document: string): Promise<void> {
  const [found] = await orm
    .select({ count: sql<number>`count(*)::int` })
    .from(threads)
    .where(eq(threads.document, document));
  if ((found?.count ?? 0) < MOST_THREADS) return;
  throw new DaybookError('too_many_threads', `A document holds ${MOST_THREADS} threads.`, {
    status: 409,
    action: 'Delete old ones, or reply in one that is there.',
  });
}

function commentNotFound(): DaybookError {
  return new DaybookError('comment_not_found', 'There is no such comment; it may have been deleted.', {
    status: 404,
    action: 'Load the thread again.',
  });
}

/** PostgreSQL refused a second row under one key. */
function isTwice(error: unknown): boolean {
  const cause =
    error instanceof Error ? (error.cause as { code?: unknown; constraint_name?: unknown } | undefined) : undefined;
  return cause?.code === '23505' && cause.constraint_name === 'comments_key';
}
