import type { Notification, NotificationsReply, ReadNotifications } from '@daybook/shared/api/notifications';
import { and, desc, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { comments, documents, notifications, people, threads } from '../db/schema.ts';
import { personOf } from '../people/people.ts';
import type { NotificationSink } from './outbox.ts';

/** The centre in the top bar: keeps what people are told until they have read it. */
export interface Centre extends NotificationSink {
  list(
    person: string,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<NotificationsReply>;
  markRead(person: string, which: ReadNotifications): Promise<void>;
}

/** Characters of a comment that are shown. */
const EXCERPT = 160;

export function createCentre({ orm }: Pick<Database, 'orm'>, now: () => number = Date.now): Centre {
  /** Of this person, about something that is still there. */
  const theirs = (person: string) => and(eq(notifications.person, person), isNull(comments.deleted));

  return {
    name: 'centre',

    async deliver(notices) {
      if (notices.length === 0) return;
      const rows = notices.map(({ person, kind, thread, comment }) => ({ person, kind, thread, comment }));
      await orm
        .insert(notifications)
        .values(rows.map((row) => ({ ...row, created: new Date(now()) })))
        .onConflictDoNothing({ target: [notifications.person, notifications.comment] });
    },

    async list(person, { cursor, limit }) {
      const rows = await orm
        .select({ told: notifications, comment: comments, by: people, document: documents })
        .from(notifications)
        .innerJoin(comments, eq(comments.id, notifications.comment))
        .innerJoin(people, eq(people.id, comments.author))
        .innerJoin(threads, eq(threads.id, notifications.thread))
        .innerJoin(documents, eq(documents.id, threads.document))
        .where(and(theirs(person), cursor === undefined ? undefined : lt(notifications.number, Number(cursor))))
        .orderBy(desc(notifications.number))
        .limit(limit + 1);
      const [unread] = await orm
        .select({ count: sql<number>`count(*)::int` })
        .from(notifications)
        .innerJoin(comments, eq(comments.id, notifications.comment))
        .where(and(theirs(person), isNull(notifications.read)));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        notifications: page.map(({ told, comment, by, document }): Notification => {
          const { id, kind, thread, created, read } = told;
          return {
            id,
            kind,
            by: personOf(by),
            excerpt: excerptOf(comment.body),
            document: document.id,
            // Documents whose file was deleted keep its last path behind a marker.
            path: document.path.replace(/^\/deleted\/[0-9a-f-]{36}\//, ''),
            thread,
            comment: comment.id,
            created: created.toISOString(),
            read: read !== null,
          };
        }),
        next: rows.length > limit && last !== undefined ? String(last.told.number) : null,
        unread: unread?.count ?? 0,
      };
    },

    async markRead(person, which) {
      const chosen =
        'ids' in which
          ? inArray(notifications.id, which.ids)
          : 'thread' in which
            ? eq(notifications.thread, which.thread)
            : undefined;
      await orm
        .update(notifications)
        .set({ read: new Date(now()) })
        .where(and(eq(notifications.person, person), isNull(notifications.read), chosen));
    },
  };
}

/** One line; never half a character. */
function excerptOf(body: string): string {
  const line = [...body.replaceAll(/\s+/g, ' ')];
  return line.length <= EXCERPT ? line.join('') : `${line.slice(0, EXCERPT - 1).join('')}…`;
}
