import { and, eq, isNull, lt } from 'drizzle-orm';
import type { Orm } from '../db/database.ts';
import { comments } from '../db/schema.ts';
import type { CommentWritten } from './outbox.ts';

/** One person is told of one comment. */
export interface Notice {
  /** The same for the same person and comment, however often it is delivered. */
  readonly id: string;
  readonly person: string;
  readonly kind: 'mention' | 'reply';
  readonly thread: string;
  readonly comment: string;
  readonly document: string;
}

/** What is known of a comment when people are told of it. */
interface CommentFacts {
  readonly comment: string;
  readonly thread: string;
  readonly document: string;
  readonly author: string;
  /** Whom it mentions and has not mentioned before. */
  readonly mentions: readonly string[];
  /** Who wrote in the thread before it. */
  readonly earlier: readonly string[];
}

/** Who is told, each once: a mention says more than a reply, and nobody hears of their own words. */
function whoIsTold({ comment, thread, document, author, mentions, earlier }: CommentFacts): Notice[] {
  const kinds = new Map<string, Notice['kind']>(earlier.map((person) => [person, 'reply']));
  for (const person of mentions) kinds.set(person, 'mention');
  kinds.delete(author);
  return [...kinds].map(([person, kind]) => ({ id: `${person}:${comment}`, person, kind, thread, comment, document }));
}

/** The notices of a comment; none when it was deleted meanwhile. */
export async function noticesFor(
  orm: Pick<Orm, 'selectDistinct' | 'query'>,
  { comment, mentions, reply }: CommentWritten,
): Promise<Notice[]> {
  const found = await orm.query.comments.findFirst({
    where: and(eq(comments.id, comment), isNull(comments.deleted)),
  });
  if (found === undefined) return [];
  const thread = await orm.query.threads.findFirst({ where: (threads) => eq(threads.id, found.thread) });
  if (thread === undefined) return [];
  const earlier = reply
    ? await orm
        .selectDistinct({ author: comments.author })
        .from(comments)
        .where(and(eq(comments.thread, found.thread), lt(comments.number, found.number), isNull(comments.deleted)))
    : [];
  return whoIsTold({
    comment,
    thread: found.thread,
    document: thread.document,
    author: found.author,
    mentions,
    earlier: earlier.map(({ author }) => author),
  });
}
