import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { toProblem } from '@daybook/shared/errors/problem';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import { openFileLog } from '../../adapters/document-log/files.ts';
import { identityOf } from '../../auth/identity.ts';
import { type FolderWorkspace, openWorkspace } from '../../workspace/folder.ts';
import { type Collab, createCollab } from '../collab.ts';
import { withExclusiveWrites } from '../exclusive-writes.ts';
import { createFileDocuments } from './file-documents.ts';

export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly workspace: FolderWorkspace;
  readonly collab: Collab;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly port?: number;
  readonly log?: DocumentLog;
  readonly idle?: number;
  /** Milliseconds after a change until it is saved. */
  readonly quiet?: number;
  readonly wrap?: (workspace: FolderWorkspace) => FolderWorkspace;
}

/** A small server around the rooms: `<home>/workspace` is edited, `<home>/log` is the document log. */
export async function serve(
  home: string,
  { port = 0, log, idle, quiet = 20, wrap = (same) => same }: TestServerOptions = {},
): Promise<TestServer> {
  const data = join(home, 'data');
  await mkdir(join(home, 'workspace'), { recursive: true });
  await mkdir(data, { recursive: true });
  const workspace = withExclusiveWrites(
    wrap(await openWorkspace(join(home, 'workspace'), { trash: join(data, 'trash'), home: data })),
  );
  const opened = log ?? (await openFileLog(join(home, 'log')));
  const collab = createCollab({
    workspace,
    log: opened,
    database: { documents: createFileDocuments(join(home, 'documents.json')) },
    logger: pino({ level: 'silent' }),
    timing: { quiet, longest: quiet * 5, retry: { first: 20, longest: 100 } },
    ...(idle === undefined ? {} : { idle }),
  });
  collab.routes.onError((error, c) => {
    const problem = toProblem(error);
    return c.json(problem, problem.status as 500);
  });
  const server = createServer(getRequestListener(collab.routes.fetch));
  server.on('upgrade', (request, socket, head) => {
    if (!collab.upgrade(request, socket, head, identityOf('ada'))) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    workspace,
    collab,
    async close() {
      await collab.close();
      await opened.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
