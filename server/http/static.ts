import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/**
 * Serves the files of a folder under `prefix`, the `.br` or `.gz` beside them where the browser
 * takes it. Names with a content hash never change, so they are cached for good; others are asked
 * for again each time.
 */
export function staticFiles(prefix: string, folder: string): MiddlewareHandler<AppEnv> {
  const serve = serveStatic<AppEnv>({
    root: folder,
    precompressed: true,
    rewriteRequestPath: (path) => path.slice(prefix.length),
  });
  return async (c, next) => {
    const answer = await serve(c, next);
    // Set on the answer: what `onFound` sets comes too late, and a 404 must not be cached.
    if (answer instanceof Response) {
      answer.headers.set(
        'Cache-Control',
        HASHED.test(c.req.path) ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      );
    }
    return answer;
  };
}

const HASHED = /[.-][0-9a-f]{8,}\.\w+(\.map)?$/;
