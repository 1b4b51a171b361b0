import { randomUUID } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Workspace } from '@daybook/shared/ports/workspace';
import { Hono } from 'hono';
import { z } from 'zod';
import { kindOf } from './document-kinds.ts';
import type { Documents } from './documents.ts';
import type { Rooms } from './rooms.ts';

export interface CollabRoutesOptions {
  readonly documents: Documents;
  readonly workspace: Workspace;
  readonly rooms: Pick<Rooms, 'upToDate'>;
}

const SESSION = '/api/collaboration/session/';
const SessionRequest = z.object({ format: z.string(), type: z.string() });

/**
 * The HTTP half of the collaboration API of jupyter-collaboration. Errors are thrown as
 * DaybookError; the app that mounts the routes answers them.
 */
export function createRoutes({ documents, workspace, rooms }: CollabRoutesOptions): Hono {
  // Told to clients, never checked: a session outlives any restart of the server.
  const sessionId = randomUUID();
  const routes = new Hono();

  routes.put(`${SESSION}*`, async (c) => {
    const { pathname } = new URL(c.req.url);
    const path = decode(pathname.slice(pathname.indexOf(SESSION) + SESSION.length));
    const { format, type } = SessionRequest.parse(await body(c.req.raw));
    kindOf(format, type);
    await rooms.upToDate;
    const file = await workspace.read(path);
    const { id, created } = await documents.open(file.path);
    return c.json({ format, type, fileId: id, sessionId }, created ? 201 : 200);
  });

  routes.all('/api/collaboration/*', () => {
    throw new DaybookError('not_supported', 'this server has no document forks and no timeline yet', {
      status: 404,
      action: 'Use undo in the editor, or the checkpoints of the file.',
    });
  });
  return routes;
}

async function body(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch (cause) {
    throw new DaybookError('bad_request', 'the request’s body is not JSON', { cause, action: 'Send {format, type}.' });
  }
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new DaybookError('bad_path', `the path “${encoded.slice(0, 200)}” is not correctly encoded`, {
      cause,
      action: 'Percent-encode the path as UTF-8.',
    });
  }
}
