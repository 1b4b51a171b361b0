/** What people are told: `/api/v1/notifications`. */
import { z } from 'zod';
import { Cursor } from './comments.ts';
import { Person } from './people.ts';

/** What a room is told (see `room-messages.ts`) when people in it may have news. */
export const NOTIFICATIONS_EVENT = 'notifications';
/** The body of that event: ids of the people. */
export const NotificationsEvent = z.object({ people: z.array(z.string()) });

export const Notification = z.object({
  id: z.uuid(),
  /** Why: somebody mentioned them, or wrote in a thread in which they had written. */
  kind: z.enum(['mention', 'reply']),
  by: Person,
  /** The comment's first characters. */
  excerpt: z.string(),
  document: z.uuid(),
  /** Where the document's file is, or was. */
  path: z.string(),
  thread: z.uuid(),
  comment: z.uuid(),
  created: z.iso.datetime(),
  read: z.boolean(),
});
export type Notification = z.infer<typeof Notification>;

export const NotificationsQuery = z.object({
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().positive().max(100).default(30),
});

export const NotificationsReply = z.object({
  /** The latest first. */
  notifications: z.array(Notification),
  next: Cursor.nullable(),
  unread: z.number().int().nonnegative(),
});
export type NotificationsReply = z.infer<typeof NotificationsReply>;

/** Body of `POST /api/v1/notifications/read`: these, those about a thread, or all. */
export const ReadNotifications = z.union([
  z.object({ ids: z.array(z.uuid()).min(1).max(500) }),
  z.object({ thread: z.uuid() }),
  z.object({ all: z.literal(true) }),
]);
export type ReadNotifications = z.infer<typeof ReadNotifications>;
