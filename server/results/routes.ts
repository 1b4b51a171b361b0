import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { KernelPath, KernelState } from '@daybook/shared/api/kernels';
import { COLUMNS_HEADER, ExportQuery, ResultPath, TOTAL_ROWS_HEADER, WindowQuery } from '@daybook/shared/api/results';
import { DaybookError } from '@daybook/shared/errors/error';
import type { KernelResults } from '@daybook/shared/ports/kernel-front';
import { ARROW_MIME } from '@daybook/shared/results/mime';
import { kernelOfResult, ResultSummary } from '@daybook/shared/results/window';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../http/env.ts';
import { COMMON_PROBLEMS, problem } from '../http/problem-response.ts';
import { type IdleRule, idleEnd } from '../jupyter/kernels/idle.ts';
import type { Kernels } from '../jupyter/kernels/kernels.ts';

const tags = ['results'];
const bytes = z.string().meta({ format: 'binary' });

const windowRoute = createRoute({
  method: 'get',
  path: '/api/v1/results/{id}',
  tags,
  operationId: 'getResultWindow',
  summary: 'Rows of a result, sorted and filtered by the engine',
  request: { params: ResultPath, query: WindowQuery },
  responses: {
    200: {
      description: `An Arrow IPC stream, or JSON rows where \`Accept\` prefers JSON. \`${TOTAL_ROWS_HEADER}\` counts the matching rows.`,
      content: { [ARROW_MIME]: { schema: bytes }, 'application/json': { schema: z.array(z.array(z.unknown())) } },
    },
    ...COMMON_PROBLEMS,
    410: problem('The kernel that held the result is gone.'),
  },
});

const summaryRoute = createRoute({
  method: 'get',
  path: '/api/v1/results/{id}/summary',
  tags,
  operationId: 'getResultSummary',
  summary: 'A profile of each column',
  request: { params: ResultPath },
  responses: {
    200: { description: 'Column profiles.', content: { 'application/json': { schema: ResultSummary } } },
    ...COMMON_PROBLEMS,
    410: problem('The kernel that held the result is gone.'),
  },
});

const exportRoute = createRoute({
  method: 'get',
  path: '/api/v1/results/{id}/export',
  tags,
  operationId: 'exportResult',
  summary: 'The whole result as a file',
  request: { params: ResultPath, query: ExportQuery },
  responses: {
    200: {
      description: 'The file.',
      content: { 'text/csv': { schema: bytes }, 'application/vnd.apache.parquet': { schema: bytes } },
    },
    ...COMMON_PROBLEMS,
    410: problem('The kernel that held the result is gone.'),
  },
});

const kernelRoute = createRoute({
  method: 'get',
  path: '/api/v1/kernels/{id}',
  tags: ['kernels'],
  operationId: 'getKernel',
  summary: 'State and memory of a kernel',
  request: { params: KernelPath },
  responses: {
    200: { description: 'The kernel.', content: { 'application/json': { schema: KernelState } } },
    ...COMMON_PROBLEMS,
    404: problem('There is no such kernel.'),
  },
});

const keepRoute = createRoute({
  method: 'post',
  path: '/api/v1/kernels/{id}/keep',
  tags: ['kernels'],
  operationId: 'keepKernel',
  summary: 'Keep a kernel that would be ended because nobody uses it',
  description: 'Counts as using it: its time begins anew.',
  request: { params: KernelPath },
  responses: {
    204: { description: 'It is kept.' },
    ...COMMON_PROBLEMS,
    404: problem('There is no such kernel.'),
  },
});

/** `/api/v1/results` and `/api/v1/kernels`: what a kernel holds, asked of that kernel. */
export function resultRoutes(kernels: Kernels, idle: IdleRule | undefined): OpenAPIHono<AppEnv> {
  const routes = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw result.error;
    },
  });

  routes.openapi(windowRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { offset, limit, sort = [], filter = [] } = c.req.valid('query');
    const format = prefersJson(c.req.header('accept')) ? 'json' : 'arrow';
    const found = await resultsOf(kernels, id).window({ id, offset, limit, sort, filter, format });
    return c.body(found.body as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': format === 'json' ? 'application/json' : ARROW_MIME,
      [TOTAL_ROWS_HEADER]: String(found.total),
      // Headers carry Latin-1 only; names of columns may hold anything.
      [COLUMNS_HEADER]: asciiJson(found.columns),
    }) as never;
  });

  routes.openapi(summaryRoute, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(await resultsOf(kernels, id).summary(id), 200);
  });

  routes.openapi(exportRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { format } = c.req.valid('query');
    const folder = await mkdtemp(join(tmpdir(), 'daybook-export-'));
    const clear = () => rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, `${randomUUID()}.${format}`);
      await resultsOf(kernels, id).export({ id, format, path });
      const { size } = await stat(path);
      const stream = createReadStream(path);
      stream.once('close', () => void clear());
      return c.body(Readable.toWeb(stream) as ReadableStream, 200, {
        'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet',
        'Content-Length': String(size),
        'Content-Disposition': `attachment; filename="result.${format}"`,
      }) as never;
    } catch (error) {
      await clear();
      throw error;
    }
  });

  routes.openapi(kernelRoute, async (c) => {
    const { id } = c.req.valid('param');
    const kernel = kernels.running(id);
    if (kernel === undefined) {
      // Asleep since the last server, and looking at it does not wake it.
      const { name, last_activity } = kernels.model(id);
      const lastActivity = Date.parse(last_activity);
      const asleep = { id, name, status: 'starting' as const, memoryBytes: 0, variablesGone: true, endedIdle: false };
      return c.json({ ...asleep, lastActivity, cores: availableParallelism() }, 200);
    }
    const { name, front, isReplacement: variablesGone } = kernel;
    const endedIdle = variablesGone && kernel.endedIdle;
    const idleEndsAt = idleEnd(kernel, idle);
    const { memoryBytes, pid } = await front.usage();
    const { status, lastActivity } = front;
    const process = pid === undefined ? {} : { pid };
    const cores = availableParallelism();
    const end = idleEndsAt === undefined ? {} : { idleEndsAt };
    const state = { id, name, status, lastActivity, memoryBytes, cores, variablesGone, endedIdle };
    return c.json({ ...state, ...process, ...end }, 200);
  });

  routes.openapi(keepRoute, (c) => {
    const kernel = kernels.running(c.req.valid('param').id);
    if (kernel !== undefined) kernel.keptAt = Date.now();
    return c.body(null, 204);
  });
  return routes;
}

/** The results of the kernel that a result's id names; `result_gone` (410) when it is gone. */
function resultsOf(kernels: Kernels, id: string): KernelResults {
  const kernel = kernels.list().find(({ front }) => front.id === kernelOfResult(id));
  if (kernel !== undefined) return kernel.front.results;
  throw new DaybookError('result_gone', 'This result is no longer held: its kernel was shut down.', {
    status: 410,
    action: 'Run the cell again. The rows saved with the notebook stay visible.',
  });
}

function prefersJson(accept = ''): boolean {
  return accept.includes('application/json') && !accept.includes(ARROW_MIME);
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
