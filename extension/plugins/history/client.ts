import {
  Copied,
  DeletedCellContent,
  DeletedCellList,
  Restored,
  type TextDiff,
  Version,
  VersionDiff,
  VersionList,
} from '@daybook/shared/api/versions';
import type { NotebookDiff } from '@daybook/shared/notebook/diff/notebook-diff';
import type { Cell } from '@daybook/shared/notebook/notebook';
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { z } from 'zod';
import { askApi } from '../../api/ask.ts';

/** The versions of documents, over HTTP. Errors: the server's own, with their code; `server_away`. */
export class HistoryClient {
  readonly #settings: ServerConnection.ISettings;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
  }

  list(path: string, { named, cursor }: { named: boolean; cursor?: string | undefined }): Promise<VersionList> {
    const query = { path, ...(named ? { named: '1' } : {}), ...(cursor === undefined ? {} : { cursor }) };
    return this.#ask(VersionList, 'GET', `versions${URLExt.objectToQueryString(query)}`);
  }

  name(path: string, label: string): Promise<Version> {
    return this.#ask(Version, 'POST', 'versions', { path, label });
  }

  rename(id: string, label: string | null): Promise<Version> {
    return this.#ask(Version, 'PATCH', `versions/${id}`, { label });
  }

  async diff(id: string, other = 'now'): Promise<NotebookDiff | TextDiff> {
    const path = `versions/${id}/diff?with=${other}`;
    return (await this.#ask(VersionDiff, 'GET', path)) as unknown as NotebookDiff | TextDiff;
  }

  restore(id: string): Promise<Restored> {
    return this.#ask(Restored, 'POST', `versions/${id}/restore`);
  }

  restoreCell(id: string, cell: string): Promise<Restored> {
    return this.#ask(Restored, 'POST', `versions/${id}/restore-cell`, { cell });
  }

  async copy(id: string): Promise<string> {
    return (await this.#ask(Copied, 'POST', `versions/${id}/copy`, {})).path;
  }

  deletedCells(path: string): Promise<DeletedCellList> {
    return this.#ask(DeletedCellList, 'GET', `deleted-cells${URLExt.objectToQueryString({ path })}`);
  }

  async deletedCell(id: string): Promise<Cell> {
    return (await this.#ask(DeletedCellContent, 'GET', `deleted-cells/${id}`)).cell as unknown as Cell;
  }

  restoreDeletedCell(id: string): Promise<Restored> {
    return this.#ask(Restored, 'POST', `deleted-cells/${id}/restore`);
  }

  #ask<T extends z.ZodType>(schema: T, method: string, path: string, body?: unknown): Promise<z.infer<T>> {
    return askApi(this.#settings, schema, { method, path, body });
  }
}
