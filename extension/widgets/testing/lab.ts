import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../../../docker/services/chromium.ts';

/** Answers a request for something under `/api/`. */
export type Api = (request: IncomingMessage, url: URL, response: ServerResponse) => void;

/** Tokens enough for a theme, so that tests see colours change. */
const TOKENS = `:root{--db-font-ui:sans-serif;--db-sheet:#fff;--db-sunken:#f4f2ec;--db-line:#e6e2d8;--db-ink:#1d1f23;--db-ink-2:#5c6068;
--db-ink-3:#8b8e95;--db-accent:#3345b8;--db-accent-soft:#eceefb;--db-c1:#3345b8;--db-c2:#d9822b;--db-c3:#1f8f86;--db-c4:#bf3f74}
[data-theme=dark]{--db-sheet:#1b1e23;--db-ink:#eceae4;--db-c1:#98a5ff;--db-c2:#f0a85c}`;

export interface Lab {
  readonly url: string;
  /** Opens an empty page with the widgets on `window.widgets`; its uncaught errors fail `errors`. */
  open(): Promise<{ page: Page; errors: string[] }>;
  close(): Promise<void>;
}

/** Bundles the widgets, serves them with `api` beside them on a free port, and starts a browser. */
export async function startLab(executablePath: string, api: Api): Promise<Lab> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/out',
    write: false,
    logLevel: 'error',
  });
  const files = new Map(outputFiles.map((file) => [file.path.replace(/^.*\/out/, ''), file.contents]));
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/api/')) {
      api(request, url, response);
      return;
    }
    if (url.pathname === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><style>${TOKENS}</style><link rel="stylesheet" href="/page.css"><main style="width:800px"></main><script type="module" src="/page.js"></script>`,
      );
      return;
    }
    const file = files.get(url.pathname);
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader('content-type', url.pathname.endsWith('.css') ? 'text/css' : 'text/javascript');
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  return {
    url,
    async open() {
      const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(url);
      await page.waitForFunction(() => 'widgets' in globalThis);
      return { page, errors };
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
