import { DaybookError } from '@daybook/shared/errors/error';
import { Problem } from '@daybook/shared/errors/problem';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { z } from 'zod';

export interface ApiRequest {
  readonly method: string;
  /** Below `/api/v1/`, with its query. */
  readonly path: string;
  readonly body?: unknown;
}

/** Asks `/api/v1`. Errors: the server's own as DaybookError with their code; `server_away`. */
export async function askApi<T extends z.ZodType>(
  settings: ServerConnection.ISettings,
  schema: T,
  { method, path, body }: ApiRequest,
): Promise<z.infer<T>> {
  const url = URLExt.join(settings.baseUrl, 'api/v1', path);
  const content =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(url, { method, ...content }, settings);
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

/** An error as a sentence or two, for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof DaybookError) return [error.message, error.action].filter(Boolean).join(' ');
  return error instanceof Error ? error.message : String(error);
}
