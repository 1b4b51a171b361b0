import { DaybookError } from '@daybook/shared/errors/error';
import { type Problem, toProblem } from '@daybook/shared/errors/problem';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ZodError } from 'zod';
import type { AppEnv } from './env.ts';

/**
 * The one place where errors become HTTP answers. `/api/v1` and everything of our own answers
 * RFC 9457 problem JSON; the Jupyter API answers `{message, reason}` as its clients expect, with
 * the same `code` and `action` beside them.
 */
export function answerError(error: unknown, c: Context<AppEnv>): Response {
  const known = toKnown(error);
  const problem = toProblem(known, `urn:daybook:request:${c.get('requestId')}`);
  if (problem.status >= 500) {
    c.get('log')?.error({ err: error, code: problem.code }, 'request failed');
  }
  const headers = problem.status === 429 ? { 'Retry-After': '60' } : undefined;
  if (isJupyterPath(new URL(c.req.url).pathname)) {
    return c.json(toJupyter(problem), problem.status as 500, headers);
  }
  return c.body(JSON.stringify(problem), problem.status as 500, {
    'Content-Type': 'application/problem+json',
    ...headers,
  });
}

/** The answer to a path nobody serves. */
export function answerMissing(c: Context<AppEnv>): Response {
  const { pathname } = new URL(c.req.url);
  return answerError(
    new DaybookError('no_such_page', `There is nothing at ${c.req.method} ${pathname}.`, {
      status: 404,
      action: 'Check the address. The API is described at /docs.',
    }),
    c,
  );
}

/** What JupyterLab shows in its dialogs is `message`, so the action is part of it. */
function toJupyter(problem: Problem) {
  const { code, detail = problem.title, action, instance } = problem;
  return {
    message: action === undefined ? detail : `${detail} ${action}`,
    reason: problem.title,
    code,
    ...(action === undefined ? {} : { action }),
    ...(instance === undefined ? {} : { instance }),
  };
}

function isJupyterPath(path: string): boolean {
  return (path.startsWith('/api/') && !path.startsWith('/api/v1/')) || path.startsWith('/lab/api/');
}

function toKnown(error: unknown): unknown {
  if (error instanceof ZodError) {
    const issue = error.issues[0];
    const where = issue?.path.join('.') ?? '';
    return new DaybookError(
      'bad_request',
      `${where === '' ? 'The request' : `“${where}”`} is not valid: ${issue?.message ?? 'unknown'}.`,
      {
        cause: error,
        action: 'Correct the request. The API is described at /docs.',
      },
    );
  }
  if (error instanceof HTTPException && error.status < 500) {
    return new DaybookError('bad_request', error.message === '' ? 'The request is not valid.' : error.message, {
      status: error.status,
      cause: error,
    });
  }
  if (!(error instanceof DaybookError) && isLostConnection(error)) {
    return new DaybookError('service_unreachable', 'A service this needs does not answer, so nothing was changed.', {
      status: 503,
      cause: error,
      action: 'Try again in a moment. /ready names the service.',
    });
  }
  return error;
}

/** Codes of Node and of the database client, which wraps them in its own errors. */
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  // PostgreSQL: starting up, shutting down.
  '57P01',
  '57P02',
  '57P03',
]);

function isLostConnection(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  return LOST.has((error as NodeJS.ErrnoException).code ?? '') || isLostConnection(error.cause, depth + 1);
}
