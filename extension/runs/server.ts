import { CancelReply, ExecuteReply, type ExecuteRequest } from '@daybook/shared/api/runs';
import { DaybookError } from '@daybook/shared/errors/error';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** True on a server that runs cells itself; a stock Jupyter server does not. */
export function serverRuns(): boolean {
  return PageConfig.getOption('daybookRuns') === 'true';
}

/** Milliseconds between attempts while the server does not answer. */
const PAUSES = [500, 1_500, 4_000];

/** Asks for runs. Sent again while the server does not answer: its key runs nothing twice. */
export async function execute(kernel: string, request: ExecuteRequest): Promise<ExecuteReply> {
  for (const pause of [...PAUSES, undefined]) {
    try {
      return ExecuteReply.parse(await post(kernel, 'execute', request));
    } catch (error) {
      if (!(error instanceof ServerConnection.NetworkError) || pause === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  throw new Error('unreachable');
}

/** Takes back runs that wait; answers which. */
export async function cancel(kernel: string, runs: readonly string[]): Promise<readonly string[]> {
  return CancelReply.parse(await post(kernel, 'cancel', { runs })).cancelled;
}

/** Answers the question of a run. */
export async function answer(kernel: string, run: string, value: string): Promise<void> {
  await post(kernel, 'input', { run_id: run, value });
}

async function post(kernel: string, what: string, body: unknown): Promise<unknown> {
  const settings = ServerConnection.makeSettings();
  const url = URLExt.join(settings.baseUrl, 'api/kernels', encodeURIComponent(kernel), what);
  const headers = { 'Content-Type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await ServerConnection.makeRequest(url, init, settings);
  if (response.status === 204) return undefined;
  const found = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  if (response.ok) return found;
  // The message has the action in it, as everything under `/api/kernels` answers.
  throw new DaybookError(found.code ?? 'bad_answer', found.message ?? `The server answered ${response.status}.`, {
    status: response.status,
  });
}
