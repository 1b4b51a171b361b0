import { DaybookError } from '@daybook/shared/errors/error';
import type { Context } from 'hono';

/**
 * What follows `prefix` in the request's path, decoded once as a whole: ids, file paths and room
 * names may hold encoded slashes. Fails with `bad_path` when the encoding is broken.
 */
export function restOf(c: Context, prefix: string): string {
  const { pathname } = new URL(c.req.url);
  return decodePath(pathname.slice(prefix.length).replace(/^\//, ''));
}

export function decodePath(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new DaybookError('bad_path', `The path “${encoded.slice(0, 200)}” is not correctly encoded.`, {
      cause,
      action: 'Percent-encode the path as UTF-8.',
    });
  }
}
