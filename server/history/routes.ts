import { basename, dirname, extname } from 'node:path';
import type { DeletedCell, Version } from '@daybook/shared/api/versions';
import { DaybookError } from '@daybook/shared/errors/error';
import { diffNotebooks } from '@daybook/shared/notebook/diff/diff-notebooks';
import { diffLines } from '@daybook/shared/notebook/diff/lines';
import type { Notebook } from '@daybook/shared/notebook/notebook';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Collab } from '../collab/collab.ts';
import type { DocumentTarget } from '../collab/held-document.ts';
import { readNotebook } from '../collab/notebook-document.ts';
import type { AppEnv } from '../http/env.ts';
import type { FolderWorkspace } from '../workspace/folder.ts';
import { underFreeName } from '../workspace/free-name.ts';
import { authorOf } from './author.ts';
import type { DeletedCellRow } from './deleted-cells.ts';
import type { History } from './history.ts';
import { cellIn, oneCell, type RestoreOptions, restoreInto, wholeNotebook, wholeText } from './restore.ts';
import * as specs from './route-specs.ts';
import { readState } from './version-content.ts';
import type { VersionRow } from './versions.ts';

export interface HistoryRoutesOptions {
  readonly history: History;
  readonly collab: Pick<Collab, 'hold' | 'place'>;
  readonly workspace: Pick<FolderWorkspace, 'locate' | 'write'>;
  /** Puts back large outputs, of which a version has the names. */
  readonly unpack: (packed: Uint8Array) => Promise<Uint8Array>;
}

/** `/api/v1/versions` and `/api/v1/deleted-cells`. Who may do what is checked by the guard. */
export function historyRoutes({ history, collab, workspace, unpack }: HistoryRoutesOptions): OpenAPIHono<AppEnv> {
  const { versions, deletedCells } = history;
  const routes = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw result.error;
    },
  });

  const contentOf = async (version: VersionRow) => readState(await versions.state(version), version.type);

  async function notebookOf(version: VersionRow): Promise<Notebook> {
    const { notebook } = await contentOf(version);
    return notebook ?? notANotebook();
  }

  async function notebookNow(document: string): Promise<Notebook> {
    const held = await collab.hold({ id: document });
    try {
      return readNotebook(held.doc);
    } finally {
      held.release();
    }
  }

  async function textOf(version: VersionRow): Promise<string> {
    const { notebook, file } = await contentOf(version);
    return notebook === undefined ? new TextDecoder().decode(file) : notAText();
  }

  async function textNow(document: string): Promise<string> {
    const held = await collab.hold({ id: document });
    try {
      return held.doc.getText('source').toString();
    } finally {
      held.release();
    }
  }

  routes.openapi(specs.listVersions, async (c) => {
    const { cursor, limit, named, ...target } = c.req.valid('query');
    const { id } = await collab.place(targetOf(target));
    const before = cursor === undefined ? undefined : Number(cursor);
    const kinds = named === '1' ? (['named'] as const) : undefined;
    const rows = await versions.list({ document: id, kinds, before, limit: limit + 1 });
    return c.json(page(rows, limit, versionOf), 200);
  });

  routes.openapi(specs.nameNow, async (c) => {
    const { label, ...target } = c.req.valid('json');
    const held = await collab.hold(targetOf(target));
    try {
      await held.settle();
      const recorder =
        history.recorder(held.documentId, 'notebook') ?? history.recorder(held.documentId, 'file') ?? notANotebook();
      return c.json(versionOf(await recorder.capture('named', { label })), 201);
    } finally {
      held.release();
    }
  });

  routes.openapi(specs.getVersion, async (c) => c.json(versionOf(await versions.find(c.req.valid('param').id)), 200));

  routes.openapi(specs.renameVersion, async (c) => {
    const { label } = c.req.valid('json');
    return c.json(versionOf(await versions.name(c.req.valid('param').id, label)), 200);
  });

  routes.openapi(specs.getContent, async (c) => {
    const version = await versions.find(c.req.valid('param').id);
    const file = await unpack((await contentOf(version)).file);
    return c.body(file as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': version.type === 'notebook' ? 'application/x-ipynb+json' : 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="version-${version.id}${version.type === 'notebook' ? '.ipynb' : '.txt'}"`,
    }) as never;
  });

  routes.openapi(specs.getDiff, async (c) => {
    const version = await versions.find(c.req.valid('param').id);
    const other = c.req.valid('query').with;
    if (version.type === 'file') {
      const before = await textOf(version);
      const after = other === 'now' ? await textNow(version.document) : await textOf(await versions.find(other));
      return c.json({ lines: diffLines(before, after) } as never, 200);
    }
    const before = await notebookOf(version);
    const after = other === 'now' ? await notebookNow(version.document) : await notebookOf(await versions.find(other));
    return c.json(diffNotebooks(before, after) as never, 200);
  });

  const restoring = ({ document, type }: VersionRow, author: RestoreOptions['author']): RestoreOptions => ({
    ...{ history, collab, document, type, author },
  });

  routes.openapi(specs.restoreVersion, async (c) => {
    const version = await versions.find(c.req.valid('param').id);
    const { notebook, file } = await contentOf(version);
    const change = notebook === undefined ? wholeText(new TextDecoder().decode(file)) : wholeNotebook(notebook);
    return c.json(await restoreInto(restoring(version, authorOf(c.get('identity'))), change), 200);
  });

  routes.openapi(specs.restoreOneCell, async (c) => {
    const version = await versions.find(c.req.valid('param').id);
    const { cell, after } = cellIn(await notebookOf(version), c.req.valid('json').cell);
    return c.json(await restoreInto(restoring(version, authorOf(c.get('identity'))), oneCell(cell, after)), 200);
  });

  routes.openapi(specs.copyVersion, async (c) => {
    const version = await versions.find(c.req.valid('param').id);
    const wanted = c.req.valid('json').path;
    const file = await unpack((await contentOf(version)).file);
    const write = (path: string) => workspace.write(path, file, { replacing: 'nothing' });
    if (wanted !== undefined) return c.json({ path: (await write(wanted).catch(taken(wanted))).path }, 201);
    const { path } = await collab.place({ id: version.document });
    const [folder, ext] = [dirname(path) === '.' ? '' : dirname(path), extname(path)];
    const day = version.created.toISOString().slice(0, 16).replace('T', ' ').replace(':', '.');
    const stem = `${basename(path, ext)} (${day})`;
    return c.json({ path: await underFreeName(workspace, folder, { stem, ext, gap: ' ' }, write) }, 201);
  });

  routes.openapi(specs.listDeletedCells, async (c) => {
    const { cursor, limit, ...target } = c.req.valid('query');
    const { id } = await collab.place(targetOf(target));
    const live = (await notebookNow(id)).cells.map((cell) => cell.id);
    const before = cursor === undefined ? undefined : Number(cursor);
    const rows = await deletedCells.list({ document: id, live, before, limit: limit + 1 });
    return c.json(page(rows, limit, deletedCellOf), 200);
  });

  routes.openapi(specs.getDeletedCell, async (c) => {
    const row = await deletedCells.find(c.req.valid('param').id);
    return c.json({ cell: await deletedCells.read(row) } as never, 200);
  });

  routes.openapi(specs.restoreDeletedCell, async (c) => {
    const row = await deletedCells.find(c.req.valid('param').id);
    const cell = await deletedCells.read(row);
    const author = authorOf(c.get('identity'));
    const options: RestoreOptions = { history, collab, document: row.document, type: 'notebook', author };
    return c.json(await restoreInto(options, oneCell(cell, row.after)), 200);
  });
  return routes;
}

function targetOf({ path, document }: { path?: string | undefined; document?: string | undefined }): DocumentTarget {
  return document === undefined ? { path: path ?? '' } : { id: document };
}

/** `rows` has one more than a page when there is another page. */
function page<Row extends { readonly seq: number }, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
): { items: Item[]; next?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? { next: String(last.seq) } : {};
  return { items: shown.map(item), ...next };
}

function versionOf({ label, created, authors, summary, digest, seq, ...rest }: VersionRow): Version {
  return {
    ...rest,
    ...(label === null ? {} : { label }),
    created: created.toISOString(),
    authors: [...authors],
    ...(summary === null ? {} : { summary: summary as unknown as NonNullable<Version['summary']> }),
  };
}

function deletedCellOf({ id, cell, cellType, excerpt, deleted, authors }: DeletedCellRow): DeletedCell {
  return { id, cell, cellType, excerpt, deleted: deleted.toISOString(), authors: [...authors] };
}

function notANotebook(): never {
  throw new DaybookError('not_a_notebook', 'Only notebooks are compared and restored cell by cell.', {
    status: 409,
    action: 'Use the whole version, or its content.',
  });
}

function notAText(): never {
  throw new DaybookError('not_a_text', 'A text is not compared with a notebook.', {
    status: 409,
    action: 'Compare versions of one file.',
  });
}

function taken(path: string) {
  return (error: unknown): never => {
    if (!(error instanceof DaybookError && error.code === 'file_changed')) throw error;
    throw new DaybookError('file_exists', `There is already something called “${path}”.`, {
      status: 409,
      cause: error,
      action: 'Choose another name.',
    });
  };
}
