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
    /** SHA-256 of the file that the state is exported as. */
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
