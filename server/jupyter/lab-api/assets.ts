import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import type { AppEnv } from '../../http/env.ts';
import { staticFiles } from '../../http/static.ts';
import type { Labextension } from './labextensions.ts';

/** Files of the front end, of its themes and of further labextensions. */
export function assetRoutes(lab: string, extensions: readonly Labextension[]): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.use('/static/lab/*', staticFiles('/static/lab', lab));
  for (const { name, folder } of extensions) {
    routes.use(`/lab/extensions/${name}/static/*`, staticFiles(`/lab/extensions/${name}`, folder));
    if (existsSync(join(folder, 'themes'))) {
      routes.use('/lab/api/themes/*', staticFiles('/lab/api/themes', join(folder, 'themes')));
    }
  }
  routes.use('/lab/api/themes/*', staticFiles('/lab/api/themes', join(lab, 'themes')));
  return routes;
}
