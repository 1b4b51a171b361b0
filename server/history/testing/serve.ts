import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Blobs } from '@daybook/shared/ports/blobs';
import { type HttpBindings, serve as listen } from '@hono/node-server';
import { Hono } from 'hono';
import { pino } from 'pino';
import { openFiles } from '../../adapters/blobs/files.ts';
import { openEmbedded } from '../../adapters/database/embedded.ts';
import { openFileLog } from '../../adapters/document-log/files.ts';
import { type Identity, identityOf } from '../../auth/identity.ts';
import { createCollab } from '../../collab/collab.ts';
import { withExclusiveWrites } from '../../collab/exclusive-writes.ts';
import type { AppEnv } from '../../http/env.ts';
import { answerError } from '../../http/problems.ts';
import { createOutputs } from '../../outputs/outputs.ts';
import { outputRoutes } from '../../outputs/routes.ts';
import { trashRoutes } from '../../trash/routes.ts';
import { openWorkspace } from '../../workspace/folder.ts';
import { createHistory } from '../history.ts';
import { historyRoutes } from '../routes.ts';

export interface HistoryServerOptions {
  readonly interval?: number;
  /** Opens the store of blobs; files in this folder unless told. */
  readonly openBlobs?: (folder: string) => Promise<Blobs>;
}

/**
 * Rooms with their history on a real database and a real port. `?token=` in an address says who
 * asks; everybody may everything.
 */
export async function serveHistory({ interval = 600_000, openBlobs = openFiles }: HistoryServerOptions = {}) {
  const home = await mkdtemp(join(tmpdir(), 'daybook-history-'));
  const folder = join(home, 'workspace');
  await mkdir(folder);
  await mkdir(join(home, 'data'));
  const log = pino({ level: 'silent' });
  const [database, blobs, documents] = await Promise.all([
    openEmbedded(join(home, 'database'), log),
    openBlobs(join(home, 'blobs')),
    openFileLog(join(home, 'log')),
  ]);
  const workspace = withExclusiveWrites(
    await openWorkspace(folder, { trash: join(home, 'trash'), home: join(home, 'data') }),
  );
  const outputs = createOutputs({ blobs, log });
  const history = createHistory({ database, blobs, log, days: 30, interval });
  const collab = createCollab({
    ...{ workspace, log: documents, database, logger: log, observe: history.observe, packing: outputs },
    timing: { quiet: 20, longest: 100, retry: { first: 20, longest: 100 } },
    idle: 50,
  });
  const app = new Hono<AppEnv>();
  app.onError(answerError);
  const who = (url: string): Identity => {
    const name = new URL(url, 'http://server').searchParams.get('token') ?? 'ada';
    return identityOf(name, { id: name, role: name === 'viewer' ? 'viewer' : 'owner' });
  };
  app.use('*', async (c, next) => {
    c.set('identity', who(c.req.url));
    await next();
  });
  app.route('/', historyRoutes({ history, collab, workspace, unpack: outputs.unpack }));
  app.route('/', outputRoutes(outputs.store));
  const onPurged = async (id: string) => {
    // Its deletion may have been only a moment ago.
    await collab.upToDate;
    for (const document of await history.purge(id)) await collab.forget(document);
  };
  app.route('/', trashRoutes({ trash: workspace.trash, onPurged }));
  app.route('/', collab.routes);
  const server = await new Promise<ReturnType<typeof listen>>((resolve) => {
    const opened = listen(
      { fetch: (request, env) => app.fetch(request, env as HttpBindings), port: 0, hostname: '127.0.0.1' },
      () => resolve(opened),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    if (!collab.upgrade(request, socket, head, who(request.url ?? ''))) socket.destroy();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  return {
    url,
    folder,
    database,
    blobs,
    collab,
    history,
    outputs,
    documents,
    workspace,
    /** Asks the API; `T` is what a good answer holds. */
    async ask<T>(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly json: T }> {
      const answer = await fetch(`${url}/api/v1/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
      const text = await answer.text();
      return { status: answer.status, json: (text === '' ? undefined : JSON.parse(text)) as T };
    },
    async close() {
      await collab.close();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([database.close(), blobs.close(), documents.close()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

export type HistoryServer = Awaited<ReturnType<typeof serveHistory>>;
