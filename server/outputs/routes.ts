import { Readable } from 'node:stream';
import { OutputPath, OutputQuery, SHOWN_OUTPUT_TYPES } from '@daybook/shared/api/outputs';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../http/env.ts';
import { COMMON_PROBLEMS, problem } from '../http/problem-response.ts';
import { FILE_POLICY } from '../http/security.ts';
import type { OutputStore } from './store.ts';

const outputRoute = createRoute({
  method: 'get',
  path: '/api/v1/outputs/{sha256}',
  tags: ['outputs'],
  operationId: 'getOutput',
  summary: 'The bytes of a large output',
  description: 'Under their SHA-256, so what is there never changes. Notebook files hold them whole.',
  request: { params: OutputPath, query: OutputQuery },
  responses: {
    200: {
      description: 'The bytes.',
      content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
    },
    304: { description: 'The browser has them.' },
    ...COMMON_PROBLEMS,
    404: problem('They are not in the store any more.'),
  },
});

/** `/api/v1/outputs`, for whoever may read. What is shown on its own runs nothing and is nobody. */
export function outputRoutes(store: OutputStore): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw result.error;
    },
  });
  routes.openapi(outputRoute, async (c) => {
    const { sha256 } = c.req.valid('param');
    const { type, download } = c.req.valid('query');
    const shown = SHOWN_OUTPUT_TYPES.find((known) => known === type);
    const name = download ?? (shown === undefined ? sha256 : undefined);
    const etag = `"${sha256}"`;
    const headers = {
      ETag: etag,
      'Cache-Control': 'private, max-age=31536000, immutable',
      'Content-Security-Policy': FILE_POLICY,
    };
    if (c.req.header('if-none-match')?.split(/,\s*/).includes(etag) === true) {
      return c.body(null, 304, headers) as never;
    }
    const size = await store.size(sha256);
    const body = await store.read(sha256);
    return c.body(Readable.toWeb(Readable.from(body, { objectMode: false })) as ReadableStream, 200, {
      ...headers,
      'Content-Type': withCharset(shown ?? 'application/octet-stream'),
      'Content-Length': String(size),
      ...(name === undefined
        ? {}
        : { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }),
    }) as never;
  });
  return routes;
}

function withCharset(type: string): string {
  return type.startsWith('text/') || type === 'application/json' ? `${type}; charset=utf-8` : type;
}
