import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { AppEnv } from './env.ts';
import { staticFiles } from './static.ts';

/** `/docs` and `/api/v1/openapi.json`: the API as the zod schemas of its routes say. */
export function docsRoutes(api: OpenAPIHono<AppEnv>, version: string): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  let document: unknown;
  routes.get('/api/v1/openapi.json', (c) => {
    document ??= api.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Daybook', version, description: 'Errors are RFC 9457 problem documents with a stable `code`.' },
      security: [{ token: [] }],
    });
    return c.json(document as object);
  });

  routes.get('/docs', (c) => c.html(page));
  routes.get('/docs/start.js', (c) => c.body(START, 200, { 'Content-Type': 'text/javascript' }));
  routes.use('/docs/*', staticFiles('/docs', swaggerFolder()));
  return routes;
}

const START = `window.ui = SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#docs', deepLinking: true });\n`;

const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Daybook</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>`;

function swaggerFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}
