import { COMMENTS_EVENT } from '@daybook/shared/api/comments';
import { NOTIFICATIONS_EVENT } from '@daybook/shared/api/notifications';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Workspace } from '@daybook/shared/ports/workspace';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Collab } from '../collab/collab.ts';
import { createDocuments } from '../collab/documents.ts';
import type { Database } from '../db/database.ts';
import type { AppEnv } from '../http/env.ts';
import { createCentre } from '../notify/centre.ts';
import type { Notice } from '../notify/notices.ts';
import { type NotificationSink, startOutbox } from '../notify/outbox.ts';
import { notificationRoutes } from '../notify/routes.ts';
import { createPeople, type People } from '../people/people.ts';
import { createRate, type RateOptions } from './rate.ts';
import { countThreads, getThread, listThreads } from './read.ts';
import { commentRoutes } from './routes.ts';
import { createWriting, type Writing, type Written } from './write.ts';

export interface CommentsOptions {
  readonly database: Pick<Database, 'orm'>;
  readonly workspace: Pick<Workspace, 'read'>;
  /** Tells the pages that have a document open. */
  readonly announce: Collab['announce'];
  readonly log: Logger;
  /** Sinks beside the centre. */
  readonly sinks?: readonly NotificationSink[];
  readonly rate?: RateOptions;
  readonly now?: () => number;
}

/** What the routes need. */
export interface Comments {
  readonly reading: {
    list(document: string, query: Parameters<typeof listThreads>[2]): ReturnType<typeof listThreads>;
    get(thread: string, reader: string): ReturnType<typeof getThread>;
    count(document: string, reader: string): ReturnType<typeof countThreads>;
  };
  readonly writing: Omit<Writing, 'erase'>;
  readonly people: People;
  readonly checkRate: (person: string) => void;
  /** The document that a request names. Errors: `document_not_found`, `file_not_found`. */
  documentOf(target: { readonly document?: string | undefined; readonly path?: string | undefined }): Promise<string>;
}

/** Milliseconds between erasing what was deleted for good. */
const ERASE_EVERY = 60_000;

/** Comments on documents, and telling people of them. */
export function createComments({
  database,
  workspace,
  announce,
  log,
  sinks = [],
  rate,
  now = Date.now,
}: CommentsOptions): { readonly routes: readonly OpenAPIHono<AppEnv>[]; close(): Promise<void> } {
  const { orm } = database;
  const people = createPeople(database, now);
  const centre = createCentre(database, now);
  const writing = createWriting(database, { people, now });
  const documents = createDocuments(database);
  const outbox = startOutbox(database, { sinks: [centre, ...sinks], log, delivered: tellRooms, now });

  /** Pages that do not hear of it look again by themselves, later. */
  function say(document: string, event: { readonly kind: string; readonly body: unknown }): void {
    announce({ id: document }, event).catch((error: unknown) => log.warn({ err: error }, 'an event was not announced'));
  }

  function tellRooms(notices: readonly Notice[]): void {
    const [first] = notices; // all are of one comment
    const body = { people: notices.map(({ person }) => person) };
    if (first !== undefined) say(first.document, { kind: NOTIFICATIONS_EVENT, body });
  }

  async function done(work: Promise<Written>): Promise<Written> {
    const written = await work;
    if (written.fresh) {
      const body = { thread: written.thread, ...(written.gone === true ? { gone: true } : {}) };
      say(written.document, { kind: COMMENTS_EVENT, body });
      outbox.nudge();
    }
    return written;
  }

  const erasing = setInterval(() => {
    writing.erase().catch((error: unknown) => log.warn({ err: error }, 'deleted comments were not erased'));
  }, ERASE_EVERY);
  erasing.unref();

  const comments: Comments = {
    people,
    checkRate: createRate({ now, ...rate }),
    reading: {
      list: (document, query) => listThreads(orm, document, query),
      get: (thread, reader) => getThread(orm, thread, reader),
      count: (document, reader) => countThreads(orm, document, reader),
    },
    writing: {
      openThread: (...args) => done(writing.openThread(...args)),
      reply: (...args) => done(writing.reply(...args)),
      edit: (...args) => done(writing.edit(...args)),
      remove: (...args) => done(writing.remove(...args)),
      restore: (...args) => done(writing.restore(...args)),
      settle: (...args) => done(writing.settle(...args)),
      react: (...args) => done(writing.react(...args)),
      markRead: writing.markRead,
    },
    async documentOf({ document, path }) {
      if (document !== undefined) {
        if ((await documents.find(document)) !== undefined) return document;
        throw new DaybookError('document_not_found', `There is no document “${document}”.`, {
          status: 404,
          action: 'Name the document by its path instead.',
        });
      }
      const known = await orm.query.documents.findFirst({ where: (table) => eq(table.path, path ?? '') });
      if (known !== undefined) return known.id;
      const file = await workspace.read(path ?? ''); // a document without a file is none
      return (await documents.open(file.path)).id;
    },
  };

  return {
    routes: [commentRoutes(comments), notificationRoutes({ centre, people })],
    async close() {
      clearInterval(erasing);
      await outbox.close();
    },
  };
}
