/**
 * Comments on documents: `/api/v1/comments`.
 *
 * A thread hangs on a place of its document and has comments in the order in which they were
 * written; the first one opened it. Whoever writes sends a key of their own making, so that a
 * request that is sent again does nothing twice.
 */
import { z } from 'zod';
import { Person } from './people.ts';

/** Characters of one comment. */
export const LONGEST_COMMENT = 10_000;
/** Characters that are kept of what a comment is about. */
export const LONGEST_QUOTE = 1_000;

/** What a room is told (see `room-messages.ts`) when a thread of its document is another one now. */
export const COMMENTS_EVENT = 'comments';
/** The body of that event; `gone` when the thread's last comment was deleted. */
export const CommentsEvent = z.object({ thread: z.string(), gone: z.boolean().optional() });

/** Text without what no text has: control characters except tab and line break. */
const text = z.string().transform((value) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  value.replaceAll('\r\n', '\n').replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ''),
);

const Quote = text.pipe(z.string().max(LONGEST_QUOTE)).default('');
const CellId = z.string().min(1).max(64);
/** A Yjs relative position, encoded and in base64. */
const Position = z.base64().max(2_000);

/**
 * Where a thread hangs. Positions survive edits of the text around them; `quote`, what stood there
 * when the thread was opened, finds the place again where they cannot (a moved cell is another one
 * in the document), and says what it was about when the place is gone.
 */
export const Anchor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notebook') }),
  z.object({ type: z.literal('cell'), cell: CellId, quote: Quote }),
  z.object({ type: z.literal('lines'), cell: CellId, start: Position, end: Position, quote: Quote }),
  z.object({ type: z.literal('output'), cell: CellId, quote: Quote }),
]);
export type Anchor = z.infer<typeof Anchor>;

/** What may be answered without words. */
export const REACTIONS = ['thumbs-up', 'thumbs-down', 'heart', 'party', 'eyes', 'check'] as const;
export const Reaction = z.enum(REACTIONS);
export type Reaction = z.infer<typeof Reaction>;

export const Comment = z.object({
  id: z.uuid(),
  author: Person,
  /** As it was typed: a little Markdown, no HTML; empty when it was deleted. */
  body: z.string(),
  created: z.iso.datetime(),
  edited: z.iso.datetime().nullable(),
  /** It was deleted, and others have answered since. */
  deleted: z.boolean(),
  /** Everybody it mentions by `@name`. */
  mentions: z.array(Person),
  reactions: z.array(z.object({ reaction: Reaction, people: z.array(Person) })),
});
export type Comment = z.infer<typeof Comment>;

export const Thread = z.object({
  id: z.uuid(),
  document: z.uuid(),
  anchor: Anchor,
  created: z.iso.datetime(),
  /** Who settled it, and when; `null` while it is open. */
  resolved: z.object({ by: Person, at: z.iso.datetime() }).nullable(),
  comments: z.array(Comment).min(1),
  /** Comments of others that who asks has not read. */
  unread: z.number().int().nonnegative(),
});
export type Thread = z.infer<typeof Thread>;

/** What is left after a deletion; `null` when it took the thread along. */
export const DeletedReply = z.object({ thread: Thread.nullable() });

const limit = z.coerce.number().int().positive().max(200).default(100);
export const Cursor = z.string().regex(/^\d{1,15}$/, 'is not a cursor of this list');

/** A document by its id, or by the path of its file in the workspace. */
const Target = {
  document: z.uuid().optional(),
  path: z.string().min(1).max(2_000).optional(),
};
const oneTarget = ({ document, path }: { document?: string | undefined; path?: string | undefined }) =>
  (document === undefined) !== (path === undefined);
const ONE_TARGET = { error: 'name the document by `document` or by `path`' };

/** Query of `GET /api/v1/comments`. */
export const ThreadsQuery = z
  .object({ ...Target, state: z.enum(['open', 'resolved', 'all']).default('all'), cursor: Cursor.optional(), limit })
  .refine(oneTarget, ONE_TARGET);
export type ThreadsQuery = z.infer<typeof ThreadsQuery>;

export const ThreadsReply = z.object({
  /** In the order in which they were opened. */
  threads: z.array(Thread),
  /** For the next page; `null` on the last one. */
  next: Cursor.nullable(),
  /** Of the whole document. */
  counts: z.object({ open: z.number().int(), resolved: z.number().int(), unread: z.number().int() }),
  /** Who asks, and what they may do here. */
  you: z.object({ person: Person, mayComment: z.boolean(), mayModerate: z.boolean() }),
});
export type ThreadsReply = z.infer<typeof ThreadsReply>;

const Body = text
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .min(1, 'a comment needs words')
      .max(LONGEST_COMMENT, `a comment has at most ${LONGEST_COMMENT} characters`),
  );
/** Made by the client; the same key from the same person is the same comment. */
const Key = z.string().min(8).max(100);

/** Body of `POST /api/v1/comments`. */
export const NewThread = z.object({ ...Target, anchor: Anchor, body: Body, key: Key }).refine(oneTarget, ONE_TARGET);
export type NewThread = z.infer<typeof NewThread>;

export const NewReply = z.object({ body: Body, key: Key });
export type NewReply = z.infer<typeof NewReply>;

export const EditedComment = z.object({ body: Body });

export const ThreadPath = z.object({ thread: z.uuid() });
export const CommentPath = z.object({ thread: z.uuid(), comment: z.uuid() });
export const ReactionPath = z.object({ thread: z.uuid(), comment: z.uuid(), reaction: Reaction });

/** Body of `POST /api/v1/comments/read`: the last comment of each thread that was seen. */
export const ReadMarks = z.object({
  marks: z
    .array(z.object({ thread: z.uuid(), comment: z.uuid() }))
    .min(1)
    .max(500),
});
export type ReadMarks = z.infer<typeof ReadMarks>;
