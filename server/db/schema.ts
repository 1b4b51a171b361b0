import { bigint, customType, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** CRC-32 of the bytes beside it: a disk or a restore that changes them is noticed. */
const checksum = (name: string) => bigint(name, { mode: 'number' }).notNull();

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

/** The document log (`DocumentLog`): what was appended since the newest state of each document. */
export const docUpdates = pgTable(
  'doc_updates',
  {
    /** Name in the log, not the id of a document. */
    document: text('document').notNull(),
    seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    update: bytea('update').notNull(),
    checksum: checksum('checksum'),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.document, table.seq] })],
);

/** The newest state of each document in the log, where it was compacted. */
export const docSnapshots = pgTable('doc_snapshots', {
  document: text('document').primaryKey(),
  state: bytea('state').notNull(),
  checksum: checksum('checksum'),
  at: instant('at').notNull().defaultNow(),
});
