import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Thread } from '@daybook/shared/api/comments';
import { DaybookError } from '@daybook/shared/errors/error';
import { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { openEmbedded } from '../../adapters/database/embedded.ts';
import { identityOf } from '../../auth/identity.ts';
import type { Role } from '../../auth/roles.ts';
import type { Database } from '../../db/database.ts';
import type { AppEnv } from '../../http/env.ts';
import { answerError } from '../../http/problems.ts';
import { type CommentsOptions, createComments } from '../comments.ts';

/** A database, and on it the routes of comments, asked as anybody. */
export interface CommentsDesk {
  readonly database: Database;
  /** Events that rooms were told. */
  readonly told: { readonly document: string; readonly kind: string; readonly body: unknown }[];
  /** The time of everything; moved by tests. */
  clock: number;
  as(name: string, role?: Role): Asker;
  /** A new server on the same database, in place of the one before. */
  restart(options?: Partial<CommentsOptions>): Promise<void>;
  close(): Promise<void>;
}

export interface Asker {
  (method: string, path: string, body?: unknown): Promise<Response>;
  /** Opens a thread in `path`; answers it. */
  open(path: string, body: string, more?: object): Promise<Thread>;
  reply(thread: string, body: string, more?: object): Promise<Thread>;
}

export async function openCommentsDesk(first: Partial<CommentsOptions> = {}): Promise<CommentsDesk> {
  const home = await mkdtemp(join(tmpdir(), 'daybook-comments-'));
  const log = pino({ level: 'silent' });
  const database = await openEmbedded(home, log);
  const told: CommentsDesk['told'] = [];
  let keys = 0;
  let comments: ReturnType<typeof createComments>;
  let app: OpenAPIHono<AppEnv>;

  const desk: CommentsDesk = {
    database,
    told,
    clock: Date.parse('2026-03-01T09:00:00Z'),
    as(name, role = 'editor') {
      const ask = async (method: string, path: string, body?: unknown): Promise<Response> =>
        app.request(path, {
          method,
          headers: { 'x-name': encodeURIComponent(name), 'x-role': role, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      const created = async (answer: Response): Promise<Thread> => {
        if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
        return (await answer.json()) as Thread;
      };
      const key = () => `test-key-${++keys}`;
      return Object.assign(ask, {
        open: async (path: string, body: string, more = {}) =>
          created(
            await ask('POST', '/api/v1/comments', { path, anchor: { type: 'notebook' }, body, key: key(), ...more }),
          ),
        reply: async (thread: string, body: string, more = {}) =>
          created(await ask('POST', `/api/v1/comments/${thread}/replies`, { body, key: key(), ...more })),
      });
    },
    async restart(options = {}) {
      await comments?.close();
      comments = createComments({
        database,
        log,
        now: () => desk.clock,
        rate: { burst: 100_000 },
        workspace: {
          read: async (path) => {
            if (path.startsWith('none')) {
              throw new DaybookError('file_not_found', `There is no file “${path}”.`, { status: 404 });
            }
            return { path, bytes: new Uint8Array(), size: 0, sha256: '', modified: 0 };
          },
        },
        announce: async (target, event) => {
          told.push({ document: 'id' in target ? target.id : target.path, ...event });
        },
        ...options,
      });
      app = new OpenAPIHono<AppEnv>();
      app.onError(answerError);
      app.use('*', (c, next) => {
        const name = decodeURIComponent(c.req.header('x-name') ?? '');
        c.set('identity', identityOf(name, { id: name, role: c.req.header('x-role') as Role }));
        return next();
      });
      for (const routes of comments.routes) app.route('/', routes);
    },
    async close() {
      await comments.close();
      await database.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  await desk.restart(first);
  return desk;
}
