import { randomUUID } from 'node:crypto';
import { KernelPath } from '@daybook/shared/api/kernels';
import {
  CancelReply,
  CancelRequest,
  ExecuteReply,
  ExecuteRequest,
  InputRequest,
  Run,
  RunNotebookReply,
  RunNotebookRequest,
  RunsPage,
  RunsQuery,
} from '@daybook/shared/api/runs';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../http/env.ts';
import { COMMON_PROBLEMS, problem } from '../http/problem-response.ts';
import { codeCells, type NotebookPlace } from './headless.ts';
import type { RunRecords } from './records.ts';
import type { Runs } from './runs.ts';

const tags = ['runs'];
const json = <S extends z.ZodType>(schema: S) => ({ content: { 'application/json': { schema } } });
const body = <S extends z.ZodType>(schema: S) => ({ ...json(schema), required: true as const });
const FORBIDDEN = { 403: problem('The role does not allow to run cells.') };

const executeRoute = createRoute({
  method: 'post',
  path: '/api/kernels/{id}/execute',
  tags,
  operationId: 'executeCells',
  summary: 'Run cells of a document',
  description: 'The server runs them, one after the other, and writes their outputs into the document, whoever leaves.',
  request: { params: KernelPath, body: body(ExecuteRequest) },
  responses: {
    202: { description: 'They are queued, and that is durable.', ...json(ExecuteReply) },
    ...COMMON_PROBLEMS,
    ...FORBIDDEN,
    404: problem('There is no such kernel, document or cell.'),
    409: problem('`stale_source`: a cell says something else than what was seen.'),
  },
});

const cancelRoute = createRoute({
  method: 'post',
  path: '/api/kernels/{id}/cancel',
  tags,
  operationId: 'cancelRuns',
  summary: 'Take back runs that wait',
  description: 'What runs already is ended by interrupting the kernel.',
  request: { params: KernelPath, body: body(CancelRequest) },
  responses: {
    200: { description: 'The runs that were taken back.', ...json(CancelReply) },
    ...COMMON_PROBLEMS,
    ...FORBIDDEN,
    404: problem('There is no such kernel.'),
  },
});

const inputRoute = createRoute({
  method: 'post',
  path: '/api/kernels/{id}/input',
  tags,
  operationId: 'answerRun',
  summary: 'Answer a cell that waits for input',
  request: { params: KernelPath, body: body(InputRequest) },
  responses: {
    204: { description: 'The kernel has the answer.' },
    ...COMMON_PROBLEMS,
    ...FORBIDDEN,
    404: problem('There is no such kernel.'),
    409: problem('`no_question`: the run does not wait for an answer.'),
  },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs',
  tags,
  operationId: 'listRuns',
  summary: 'Runs, newest first',
  request: { query: RunsQuery },
  responses: { 200: { description: 'A page of runs.', ...json(RunsPage) }, ...COMMON_PROBLEMS },
});

const getRoute = createRoute({
  method: 'get',
  path: '/api/v1/runs/{id}',
  tags,
  operationId: 'getRun',
  summary: 'One run',
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    200: { description: 'The run.', ...json(Run) },
    ...COMMON_PROBLEMS,
    404: problem('There is no such run.'),
  },
});

const notebookRoute = createRoute({
  method: 'post',
  path: '/api/v1/notebooks/run',
  tags,
  operationId: 'runNotebook',
  summary: 'Run a notebook with nobody looking',
  description: 'On the notebook’s kernel, which is started when there is none.',
  request: { body: body(RunNotebookRequest) },
  responses: {
    202: { description: 'The cells are queued, and that is durable.', ...json(RunNotebookReply) },
    ...COMMON_PROBLEMS,
    ...FORBIDDEN,
    404: problem('There is no such notebook or cell.'),
  },
});

export interface RunRoutesOptions {
  readonly runs: Runs;
  readonly records: RunRecords;
  readonly place: NotebookPlace;
}

/** Running cells over HTTP. The guard has checked that who asks may run. */
export function runRoutes({ runs, records, place }: RunRoutesOptions): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw result.error;
    },
  });
  routes.openapi(executeRoute, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(await runs.execute(id, c.req.valid('json'), c.get('identity')), 202);
  });
  routes.openapi(cancelRoute, (c) => {
    const cancelled = runs.cancel(c.req.valid('param').id, c.req.valid('json').runs);
    return c.json({ cancelled: [...cancelled] }, 200);
  });
  routes.openapi(inputRoute, (c) => {
    const { run_id, value } = c.req.valid('json');
    runs.answer(c.req.valid('param').id, run_id, value);
    return c.body(null, 204);
  });
  routes.openapi(listRoute, async (c) => c.json(await records.list(c.req.valid('query')), 200));
  routes.openapi(getRoute, async (c) => c.json(await records.find(c.req.valid('param').id), 200));
  routes.openapi(notebookRoute, async (c) => {
    const { path, cells: wanted, key = randomUUID() } = c.req.valid('json');
    const { document, kernel, cells } = await codeCells(place, path, wanted);
    const request = { document_id: document, cells: cells.map((cell_id) => ({ cell_id })), key };
    const { runs: queued } = cells.length === 0 ? { runs: [] } : await runs.execute(kernel, request, c.get('identity'));
    return c.json({ document_id: document, kernel_id: kernel, runs: queued }, 202);
  });
  return routes;
}
