import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { DaybookError } from '@daybook/shared/errors/error';
import { Hono } from 'hono';
import type { AppEnv } from '../http/env.ts';
import { restOf } from '../http/path.ts';
import { FILE_POLICY } from '../http/security.ts';
import { diskError, type FolderWorkspace } from '../workspace/folder.ts';
import { mimetypeOf } from './contents/mimetype.ts';

/** `/files/<path>`: the bytes of a file, streamed; `?download=1` as an attachment. */
export function fileRoutes(workspace: FolderWorkspace): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/files/*', async (c) => {
    const path = restOf(c, '/files');
    const file = await workspace.locate(path);
    const found = await stat(file).catch((cause) => {
      throw diskError(path, cause);
    });
    if (!found.isFile()) throw new DaybookError('wrong_type', `“${path}” is not a file.`, { action: 'Choose a file.' });
    const disposition = c.req.query('download') === undefined ? 'inline' : 'attachment';
    return c.body(Readable.toWeb(createReadStream(file)) as ReadableStream, 200, {
      'Content-Type': mimetypeOf(path) ?? 'application/octet-stream',
      'Content-Length': String(found.size),
      'Content-Disposition': `${disposition}; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
      'Content-Security-Policy': FILE_POLICY,
      'Cache-Control': 'private, no-cache',
    });
  });
  return routes;
}
