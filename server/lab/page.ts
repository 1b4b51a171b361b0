import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageKind } from '@daybook/shared/api/cell-kinds';
import { type Context, Hono } from 'hono';
import { html, raw } from 'hono/html';
import { z } from 'zod';
import type { AppEnv } from '../http/env.ts';
import { restOf } from '../http/path.ts';
import type { Labextension } from '../jupyter/lab-api/labextensions.ts';
import { BASE_STYLE } from './page-style.ts';
import { SKELETON, SKELETON_STYLE } from './skeleton.ts';

export interface LabPageOptions {
  /** Folder of the built front end. */
  readonly lab: string;
  readonly extensions: readonly Labextension[];
  readonly version: string;
  readonly exposeApp: boolean;
  /** Absolute path of the workspace; shown by the front end, used for nothing. */
  readonly root: string;
  /** Cell kinds that packages bring. */
  readonly cellKinds: readonly PageKind[];
}

const Index = z.object({
  scripts: z.array(z.string()),
  styles: z.array(z.string()).default([]),
  preload: z.array(z.string()).default([]),
  /** Preloaded too where the page opens a document. */
  document: z.array(z.string()).default([]),
});

/** `/lab` and `/lab/tree/<path>`: the page that starts JupyterLab. */
export function labRoutes(options: LabPageOptions): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const answer = async (c: Context<AppEnv>, treePath: string, workspace = 'default') => {
    const index = await readIndex(options.lab);
    if (index === undefined) return c.html(notBuilt(), 503);
    const { origin } = new URL(c.req.url);
    const built = await readPageConfig(options.lab);
    const disabled = options.extensions.flatMap((extension) => extension.disables);
    const config = {
      ...built,
      ...pageConfig(options, { treePath, origin, workspace }),
      disabledExtensions: [...(built.disabledExtensions ?? []), ...disabled],
      deferredExtensions: built.deferredExtensions ?? [],
    };
    c.header('Cache-Control', 'no-cache');
    const preload = treePath === '' ? index.preload : [...index.preload, ...index.document];
    return c.html(labPage(config, { ...index, preload }));
  };
  routes.get('/', (c) => c.redirect('/lab'));
  routes.get('/lab', (c) => answer(c, ''));
  routes.get('/lab/tree', (c) => answer(c, ''));
  routes.get('/lab/tree/*', (c) => answer(c, restOf(c, '/lab/tree')));
  // A second tab of one browser gets a workspace (its panes) of its own; it would look for one for ever otherwise.
  routes.get('/lab/workspaces/:id', (c) => answer(c, '', c.req.param('id')));
  routes.get('/lab/workspaces/:id/tree/*', (c) => {
    const id = c.req.param('id');
    return answer(c, restOf(c, `/lab/workspaces/${id}/tree`), id);
  });
  return routes;
}

function pageConfig(
  { extensions, version, exposeApp, root, cellKinds }: LabPageOptions,
  at: { treePath: string; origin: string; workspace: string },
) {
  return {
    appName: 'Daybook',
    appNamespace: 'lab',
    appVersion: version,
    appUrl: '/lab',
    baseUrl: '/',
    wsUrl: at.origin.replace(/^http/, 'ws'),
    fullStaticUrl: '/static/lab',
    fullLabextensionsUrl: '/lab/extensions',
    labextensionsUrl: '/lab/extensions',
    themesUrl: '/lab/api/themes',
    settingsUrl: '/lab/api/settings',
    workspacesUrl: '/lab/api/workspaces',
    translationsApiUrl: '/lab/api/translations',
    treeUrl: '/lab/tree',
    treePath: at.treePath,
    workspace: at.workspace,
    mode: 'multiple-document',
    serverRoot: root,
    federated_extensions: extensions.map((extension) => extension.federated),
    terminalsAvailable: 'false',
    exposeAppInBrowser: String(exposeApp),
    collaborative: 'true',
    daybookApi: '/api/v1',
    // Cells are run by the server; see extension/plugins/executor.
    daybookRuns: 'true',
    // Page options are texts; see extension/plugins/cells/page-kinds.ts.
    daybookCellKinds: JSON.stringify(cellKinds),
    hubPrefix: '',
    notebookVersion: '[]',
    cacheFiles: false,
    devMode: 'false',
    token: '',
  };
}

const PageFile = z.looseObject({
  disabledExtensions: z.array(z.string()).optional(),
  deferredExtensions: z.array(z.string()).optional(),
});

/** What the front end's build wants said in the page. */
async function readPageConfig(lab: string): Promise<z.infer<typeof PageFile>> {
  const text = await readFile(join(lab, 'page.json'), 'utf8').catch(() => '{}');
  return PageFile.parse(JSON.parse(text));
}

async function readIndex(lab: string): Promise<z.infer<typeof Index> | undefined> {
  const text = await readFile(join(lab, 'index.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Index.parse(JSON.parse(text));
}

/** Text that is safe inside a script element. */
function scriptJson(value: unknown) {
  return raw(
    JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  );
}

function labPage(config: Record<string, unknown>, { scripts, styles, preload }: z.infer<typeof Index>) {
  const url = (file: string) => `/static/lab/${file}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Daybook</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml" class="favicon">
<style>${SKELETON_STYLE}</style>
${styles.map((file) => html`<link rel="stylesheet" href="${url(file)}">`)}
${preload.map((file) => (file.endsWith('.js') ? html`<link rel="preload" as="script" href="${url(file)}">` : html`<link rel="preload" as="font" type="font/woff2" crossorigin href="${url(file)}">`))}
<script id="jupyter-config-data" type="application/json">${scriptJson(config)}</script>
${scripts.map((file) => html`<script defer src="${url(file)}"></script>`)}
</head>
<body class="jp-ThemedContainer">
${SKELETON}
<noscript>Daybook needs JavaScript, which this browser has switched off.</noscript>
</body>
</html>`;
}

function notBuilt() {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Daybook is not built</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${BASE_STYLE}</style>
</head>
<body>
<main class="card wide">
  <h1>The front end is not built yet</h1>
  <p>The server runs, but the pages it should show are missing. Stop it and start it like this; the first start builds them in about half a minute:</p>
  <pre>npm ci
npm start</pre>
  <p>If a build is under way, reload this page when it is done.</p>
</main>
</body>
</html>`;
}
