import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import { Problem } from '@daybook/shared/errors/problem';
import type { JsonCell } from '@daybook/shared/results/bundle';
import { ARROW_MIME } from '@daybook/shared/results/mime';
import { ResultSummary } from '@daybook/shared/results/window';
import { arrowBlock } from './arrow.ts';
import { jsonBlock, type RowBlock } from './block.ts';
import type { GridQuery } from './query.ts';

export interface WindowAnswer {
  readonly rows: RowBlock;
  /** Rows that match the filter, over the whole result. */
  readonly total: number;
}

/** Where a grid gets what is not in its bundle. Every method throws `DaybookError` or `CancelledError`. */
export interface ResultSource {
  window(query: GridQuery, offset: number, limit: number, signal: AbortSignal): Promise<WindowAnswer>;
  summary(signal: AbortSignal): Promise<ResultSummary>;
  /** Address that answers with the whole result as a file; good for a minute at least. */
  exportUrl(format: 'csv' | 'parquet'): string | Promise<string>;
}

/** `fetch` bound to a server: takes an address under its base, adds what signs the user in. */
export type Request = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpSourceOptions {
  readonly id: string;
  /** Base address of the server, with or without a slash at its end. */
  readonly base: string;
  readonly request?: Request;
}

/** A source over `GET /api/v1/results/{id}`. */
export function httpSource({ id, base, request = (url, init) => fetch(url, init) }: HttpSourceOptions): ResultSource {
  const root = `${base.replace(/\/$/, '')}/api/v1/results/${encodeURIComponent(id)}`;
  const get = async (url: string, accept: string, signal: AbortSignal): Promise<Response> => {
    const answer = await request(url, { headers: { Accept: accept }, cache: 'default', signal }).catch(
      (cause: unknown) => {
        throw signal.aborted ? new CancelledError('the request was cancelled', { cause }) : unreachable(cause);
      },
    );
    if (!answer.ok) throw await refusal(answer);
    return answer;
  };
  return {
    async window({ sort, filter }, offset, limit, signal) {
      const search = new URLSearchParams({ offset: String(offset), limit: String(limit) });
      if (sort.length > 0) search.set('sort', JSON.stringify(sort));
      if (filter.length > 0) search.set('filter', JSON.stringify(filter));
      const answer = await get(`${root}?${search}`, ARROW_MIME, signal);
      const total = Number(answer.headers.get('Daybook-Total-Rows') ?? Number.NaN);
      if (!Number.isSafeInteger(total)) {
        throw new DaybookError('bad_answer', 'The server’s answer does not say how many rows there are.', {
          status: 502,
        });
      }
      const json = answer.headers.get('Content-Type')?.includes('json') === true;
      return {
        rows: json ? jsonBlock((await answer.json()) as JsonCell[][]) : arrowBlock(await answer.arrayBuffer()),
        total,
      };
    },
    async summary(signal) {
      const answer = await get(`${root}/summary`, 'application/json', signal);
      return ResultSummary.parse(await answer.json());
    },
    exportUrl: (format) => `${root}/export?format=${format}`,
  };
}

function unreachable(cause: unknown): DaybookError {
  const offline = typeof navigator !== 'undefined' && navigator.onLine === false;
  return new DaybookError('unreachable', offline ? 'You are offline.' : 'The server does not answer.', {
    status: 503,
    action: 'Rows seen so far stay here. Try again when the connection is back.',
    cause,
  });
}

async function refusal(answer: Response): Promise<DaybookError> {
  const problem = Problem.safeParse(await answer.json().catch(() => undefined));
  if (problem.success) {
    const { code, detail, title, action, status } = problem.data;
    return new DaybookError(code, detail ?? title, { status, ...(action === undefined ? {} : { action }) });
  }
  return new DaybookError(
    answer.status === 410 || answer.status === 404 ? 'result_gone' : 'refused',
    `The server answered ${answer.status}.`,
    {
      status: answer.status,
    },
  );
}
