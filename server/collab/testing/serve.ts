import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { toProblem } from '@daybook/shared/errors/problem';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import { openFileLog } from '../../adapters/document-log/files.ts';
import { type Identity, identityOf } from '../../auth/identity.ts';
import { ROLES, type Role } from '../../auth/roles.ts';
import { type FolderWorkspace, openWorkspace } from '../../workspace/folder.ts';
import { type Collab, createCollab } from '../collab.ts';
import { withExclusiveWrites } from '../exclusive-writes.ts';
import type { FilePacking } from '../file-packing.ts';
import { createFileDocuments } from './file-documents.ts';

export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly workspace: FolderWorkspace;
  readonly collab: Collab;
  /** Makes a user somebody with another role, or nobody, as far as open sockets go. */
  become(user: string, role: Role | undefined): void;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly port?: number;
  readonly log?: DocumentLog;
  readonly idle?: number;
  /** Milliseconds after a change until it is saved. */
  readonly quiet?: number;
  readonly packing?: FilePacking;
  readonly wrap?: (workspace: FolderWorkspace) => FolderWorkspace;
}

/** A small server around the rooms: `<home>/workspace` is edited, `<home>/log` is the document log. */
export async function serve(
  home: string,
  { port = 0, log, idle, quiet = 20, packing, wrap = (same) => same }: TestServerOptions = {},
): Promise<TestServer> {
  const data = join(home, 'data');
  await mkdir(join(home, 'workspace'), { recursive: true });
  await mkdir(data, { recursive: true });
  const workspace = withExclusiveWrites(
    wrap(await openWorkspace(join(home, 'workspace'), { trash: join(data, 'trash'), home: data })),
  );
  const opened = log ?? (await openFileLog(join(home, 'log')));
  const watchers = new Map<Identity, (now: Identity | undefined) => void>();
  const collab = createCollab({
    watch(identity, listener) {
      watchers.set(identity, listener);
      return () => watchers.delete(identity);
    },
    workspace,
    log: opened,
    database: { documents: createFileDocuments(join(home, 'documents.json')) },
    logger: pino({ level: 'silent' }),
    timing: { quiet, longest: quiet * 5, retry: { first: 20, longest: 100 } },
    ...(idle === undefined ? {} : { idle }),
    ...(packing === undefined ? {} : { packing }),
  });
  collab.routes.onError((error, c) => {
    const problem = toProblem(error);
    return c.json(problem, problem.status as 500);
  });
  const server = createServer(getRequestListener(collab.routes.fetch));
  server.on('upgrade', (request, socket, head) => {
    if (!collab.upgrade(request, socket, head, claimed(request.url ?? ''))) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    workspace,
    collab,
    become(user, role) {
      for (const [identity, listener] of watchers) {
        if (identity.name === user) listener(role === undefined ? undefined : identityOf(user, { id: user, role }));
      }
    },
    async close() {
      await collab.close();
      await opened.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whoever the address says, by `user` and `role`: these rooms stand alone, without a sign-in. */
function claimed(url: string): Identity {
  const { searchParams } = new URL(url, 'http://server');
  const user = searchParams.get('user') ?? 'ada';
  return identityOf(user, { id: user, role: ROLES.find((role) => role === searchParams.get('role')) ?? 'owner' });
}
