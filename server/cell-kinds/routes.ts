import { basename, dirname } from 'node:path';
import type { InstalledKind } from '@daybook/cells/installed';
import type { PageKind } from '@daybook/shared/api/cell-kinds';
import { Hono } from 'hono';
import type { AppEnv } from '../http/env.ts';
import { staticFiles } from '../http/static.ts';

const pathOf = (id: string) => `/cell-kinds/${id}`;

/** `/cell-kinds/<id>/…`: the view module of a package's kind and the files beside and below it. */
export function cellKindRoutes(kinds: readonly InstalledKind[]): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  for (const { kind, view } of kinds) {
    if (view !== undefined) routes.get(`${pathOf(kind.id)}/*`, staticFiles(pathOf(kind.id), dirname(view)));
  }
  return routes;
}

/** What the page is told of the kinds. */
export function kindsForPage(kinds: readonly InstalledKind[]): PageKind[] {
  return kinds.map(({ kind, view }) => {
    const { id, label, hint, mime, template, named, draws } = kind;
    return {
      id,
      label,
      hint,
      template,
      named,
      draws,
      ...(mime === undefined ? {} : { mime }),
      ...(view === undefined ? {} : { view: `${pathOf(id)}/${basename(view)}` }),
    };
  });
}
