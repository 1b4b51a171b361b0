import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Where each shared document's file is. The id stays when the file moves; the path is unique. */
export const documents = pgTable('documents', {
  id: uuid('id').primaryKey().defaultRandom(),
  /** Relative to the workspace, `/`-separated. */
  path: text('path').notNull().unique(),
  /** Raised whenever the history starts anew, so that stale clients are told to reload. */
  epoch: integer('epoch').notNull().default(1),
  created: instant('created').notNull().defaultNow(),
  updated: instant('updated').notNull().defaultNow(),
});

/** Facts about this installation as a whole, by name. */
export const meta = pgTable('meta', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
});
