import {
  Copied,
  DeletedCellContent,
  DeletedCellList,
  Restored,
  Version,
  VersionDiff,
  VersionList,
} from '@daybook/shared/api/versions';
import { DaybookError } from '@daybook/shared/errors/error';
import { Problem } from '@daybook/shared/errors/problem';
import type { NotebookDiff } from '@daybook/shared/notebook/diff/notebook-diff';
import type { Cell } from '@daybook/shared/notebook/notebook';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { z } from 'zod';

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

  async diff(id: string, other = 'now'): Promise<NotebookDiff> {
    return (await this.#ask(VersionDiff, 'GET', `versions/${id}/diff?with=${other}`)) as unknown as NotebookDiff;
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

  async #ask<T extends z.ZodType>(schema: T, method: string, path: string, body?: unknown): Promise<z.infer<T>> {
    const url = URLExt.join(this.#settings.baseUrl, 'api/v1', path);
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' } };
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, { method, ...json, ...headers }, this.#settings);
    } catch (cause) {
      throw new DaybookError('server_away', 'The server did not answer.', { cause, action: 'Try again in a moment.' });
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return schema.parse(answer);
    const problem = Problem.safeParse(answer).data;
    throw new DaybookError(problem?.code ?? 'unknown', problem?.detail ?? `The server answered ${response.status}.`, {
      status: response.status,
      ...(problem?.action === undefined ? {} : { action: problem.action }),
    });
  }
}

/** An error as a sentence or two, for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof DaybookError) return [error.message, error.action].filter(Boolean).join(' ');
  return error instanceof Error ? error.message : String(error);
}
