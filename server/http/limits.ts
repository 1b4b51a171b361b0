import { DaybookError } from '@daybook/shared/errors/error';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/** Longest address that is read, in characters. */
const MAX_URL = 8 * 1024;

/** Largest body of an ordinary request, and of one that carries a document; bytes. */
export const MAX_BODY = 2 * 1024 * 1024;
const MAX_DOCUMENT_BODY = 256 * 1024 * 1024;

/**
 * Refuses over-long addresses (414) and bodies (413) before anything of them is read, and bodies
 * that do not say how long they are (411): nobody fills our memory before being known.
 */
export const limits: MiddlewareHandler<AppEnv> = (c, next) => {
  if (c.req.url.length > MAX_URL) {
    throw new DaybookError('url_too_long', `The address has ${c.req.url.length} characters; ${MAX_URL} are allowed.`, {
      status: 414,
      action: 'Send long values in the body of a request.',
    });
  }
  if (c.req.header('transfer-encoding') !== undefined) {
    throw new DaybookError('length_required', 'The request does not say how long its body is.', {
      status: 411,
      action: 'Send a Content-Length header.',
    });
  }
  const { pathname } = new URL(c.req.url);
  const most = pathname.startsWith('/api/contents') ? MAX_DOCUMENT_BODY : MAX_BODY;
  if (Number(c.req.header('content-length') ?? 0) > most) {
    throw new DaybookError('request_too_large', `The request is larger than ${most / 1024 / 1024} MB.`, {
      status: 413,
      action: 'Upload large files in chunks, as the file browser does.',
    });
  }
  return next();
};
