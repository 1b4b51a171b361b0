import type { Anchor, Reaction } from '@daybook/shared/api/comments';
import {
  bigint,
  bigserial,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';

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
  /** The entry of the trash that its file lies in, while it does. */
  trash: text('trash'),
  created: instant('created').notNull().defaultNow(),
  updated: instant('updated').notNull().defaultNow(),
});

/** Who changed something, as shown beside it: names do not change afterwards. */
export interface StoredAuthor {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  readonly color: string;
}

/** Whole states of documents. The bytes are the blob `versions/<document>/<id>`. */
export const versions = pgTable(
  'versions',
  {
    id: uuid('id').primaryKey(),
    /** Ascending in the order they were kept in. */
    seq: bigserial('seq', { mode: 'number' }).notNull().unique(),
    document: uuid('document')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    /** What the document was opened as: `notebook` or `file`. */
    type: text('type').$type<'notebook' | 'file'>().notNull(),
    kind: text('kind').$type<'auto' | 'named' | 'pre-restore' | 'pre-merge'>().notNull(),
    label: text('label'),
    created: instant('created').notNull().defaultNow(),
    /** Those who changed something since the version before. */
    authors: jsonb('authors').$type<readonly StoredAuthor[]>().notNull(),
    /** SHA-256 of the file that the state is exported as, large outputs taken out. */
    digest: text('digest').notNull(),
    /** Bytes of the blob. */
    size: integer('size').notNull(),
    /** Counts of cells that differ from the version before; null for text files and first versions. */
    summary: jsonb('summary').$type<Readonly<Record<string, number>>>(),
  },
  (table) => [index('versions_of_document').on(table.document, table.seq)],
);

/** Cells that somebody deleted. The cell is the blob `deleted-cells/<document>/<id>`. */
export const deletedCells = pgTable(
  'deleted_cells',
  {
    id: uuid('id').primaryKey(),
    seq: bigserial('seq', { mode: 'number' }).notNull().unique(),
    document: uuid('document')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    /** The id it had, and the ids of the cells before it, nearest first. */
    cell: text('cell').notNull(),
    after: jsonb('after').$type<readonly string[]>().notNull(),
    cellType: text('cell_type').notNull(),
    excerpt: text('excerpt').notNull(),
    deleted: instant('deleted').notNull().defaultNow(),
    authors: jsonb('authors').$type<readonly StoredAuthor[]>().notNull(),
  },
  (table) => [index('deleted_cells_of_document').on(table.document, table.seq)],
);

/** Every run of a cell that was asked of this server. */
export const runs = pgTable(
  'runs',
  {
    id: uuid('id').primaryKey(),
    documentId: uuid('document_id').notNull(),
    cellId: text('cell_id').notNull(),
    kernelId: text('kernel_id').notNull(),
    /** Of the request that it came with: asking again with it runs nothing. */
    key: text('key').notNull(),
    /** Id and name of who asked. */
    userId: text('user_id').notNull(),
    userName: text('user_name').notNull(),
    state: text('state').notNull(),
    why: text('why'),
    requested: instant('requested').notNull(),
    started: instant('started'),
    ended: instant('ended'),
  },
  (table) => [
    index('runs_key').on(table.key),
    index('runs_newest').on(table.requested.desc(), table.id.desc()),
    index('runs_document').on(table.documentId, table.requested.desc(), table.id.desc()),
  ],
);

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

/** Everybody who has used this workspace, as last seen. */
export const people = pgTable('people', {
  /** The identity's id. */
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  displayName: text('display_name').notNull(),
  initials: text('initials').notNull(),
  color: text('color').notNull(),
  seen: instant('seen').notNull().defaultNow(),
});

/** Counts up with every row of its table: orders rows, and is the cursor of lists. */
const number = () => bigint('number', { mode: 'number' }).notNull().generatedAlwaysAsIdentity();

/** Conversations, each about a place in a document. */
export const threads = pgTable(
  'threads',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    number: number(),
    /** They go with the document only when that is deleted for good. */
    document: uuid('document')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    anchor: jsonb('anchor').$type<Anchor>().notNull(),
    created: instant('created').notNull().defaultNow(),
    resolved: instant('resolved'),
    resolvedBy: text('resolved_by').references(() => people.id),
  },
  (table) => [index('threads_document').on(table.document, table.number)],
);

/** What people wrote in threads. */
export const comments = pgTable(
  'comments',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** In one thread, later comments have higher numbers, also when they come at the same time. */
    number: number(),
    thread: uuid('thread')
      .notNull()
      .references(() => threads.id, { onDelete: 'cascade' }),
    author: text('author')
      .notNull()
      .references(() => people.id),
    body: text('body').notNull(),
    /** Made by the client, so that sending again writes nothing twice. */
    key: text('key').notNull(),
    created: instant('created').notNull().defaultNow(),
    edited: instant('edited'),
    /** The text is kept for a while, so that a deletion can be undone, and is shown to nobody. */
    deleted: instant('deleted'),
  },
  (table) => [
    unique('comments_key').on(table.author, table.key),
    index('comments_thread').on(table.thread, table.number),
    index('comments_deleted').on(table.deleted),
  ],
);

/** Whom a comment mentions. */
export const mentions = pgTable(
  'mentions',
  {
    comment: uuid('comment')
      .notNull()
      .references(() => comments.id, { onDelete: 'cascade' }),
    person: text('person')
      .notNull()
      .references(() => people.id),
  },
  (table) => [primaryKey({ columns: [table.comment, table.person] })],
);

/** Answers without words. */
export const reactions = pgTable(
  'reactions',
  {
    comment: uuid('comment')
      .notNull()
      .references(() => comments.id, { onDelete: 'cascade' }),
    person: text('person')
      .notNull()
      .references(() => people.id),
    reaction: text('reaction').$type<Reaction>().notNull(),
    created: instant('created').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.comment, table.person, table.reaction] })],
);

/** Up to which comment somebody has read a thread. */
export const threadReads = pgTable(
  'thread_reads',
  {
    thread: uuid('thread')
      .notNull()
      .references(() => threads.id, { onDelete: 'cascade' }),
    person: text('person')
      .notNull()
      .references(() => people.id),
    /** The comment's number. */
    upTo: bigint('up_to', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.thread, table.person] })],
);

/**
 * What still has to be told to people, written in the transaction of what it is about. A row goes
 * when all sinks have taken it.
 */
export const outbox = pgTable('outbox', {
  number: bigint('number', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  kind: text('kind').notNull(),
  body: jsonb('body').notNull(),
  created: instant('created').notNull().defaultNow(),
  attempts: integer('attempts').notNull().default(0),
  /** Not tried again before. */
  due: instant('due').notNull().defaultNow(),
});

/** What the centre in the top bar shows. One row per person and comment, however often it is delivered. */
export const notifications = pgTable(
  'notifications',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    number: number(),
    person: text('person')
      .notNull()
      .references(() => people.id),
    kind: text('kind').$type<'mention' | 'reply'>().notNull(),
    thread: uuid('thread')
      .notNull()
      .references(() => threads.id, { onDelete: 'cascade' }),
    comment: uuid('comment')
      .notNull()
      .references(() => comments.id, { onDelete: 'cascade' }),
    created: instant('created').notNull().defaultNow(),
    read: instant('read'),
  },
  (table) => [
    unique('notifications_once').on(table.person, table.comment),
    index('notifications_person').on(table.person, table.number),
  ],
);
