import { z } from 'zod';
import { ResultColumn, ResultExportFormat, ResultWindowRequest } from '../results/window.ts';

/**
 * Results over the kernel link, for pages whose server has no `/api/v1/results` (a stock Jupyter).
 * Rows and files travel as one buffer beside the reply.
 */
export const RESULT_LINK = { window: 'result.window', summary: 'result.summary', export: 'result.export' } as const;

export const LinkedWindowRequest = ResultWindowRequest.omit({ format: true });

/** The buffer holds the rows as an Arrow IPC stream. */
export const LinkedWindow = z.object({ columns: z.array(ResultColumn), total: z.number().int() });

export const LinkedSummaryRequest = z.object({ id: z.string() });

/** The buffer of the reply is the file. */
export const LinkedExportRequest = z.object({ id: z.string(), format: ResultExportFormat });
