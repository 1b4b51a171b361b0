import { z } from 'zod';
import { RUN_STATES } from '../session/run-queue.ts';

/** Root map of a notebook's document in which the server shows runs; see `RunMark`. */
export const RUNS_ROOT = 'runs';

const CellId = z.string().min(1).max(200);

/** What is to be run: cells of a document, in this order, each with the source that was seen. */
export const ExecuteRequest = z.object({
  document_id: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'The document’s id (`fileId` of its session), or the name of its room, which ends with it.' }),
  cells: z
    .array(
      z.object({
        cell_id: CellId,
        hash: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional()
          .meta({ description: 'SHA-256 (hex) of the source as UTF-8. Without it whatever is there runs.' }),
      }),
    )
    .min(1)
    .max(5_000),
  key: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'A request with a key that was used before runs nothing again.' }),
});
export type ExecuteRequest = z.infer<typeof ExecuteRequest>;

export const AcceptedRun = z.object({ id: z.string(), cell_id: z.string() });
export const ExecuteReply = z.object({ runs: z.array(AcceptedRun).readonly() });
export type ExecuteReply = z.infer<typeof ExecuteReply>;

/** Runs that still wait are taken back; with none named, all of the kernel's. */
export const CancelRequest = z.object({ runs: z.array(z.string().max(100)).max(5_000).optional() });
export const CancelReply = z.object({ cancelled: z.array(z.string()) });

export const InputRequest = z.object({ run_id: z.string().min(1).max(100), value: z.string().max(1_000_000) });

/** What the server shows of a run in the document, under `runs`, in a list for each cell, newest last. */
export const RunMark = z.object({
  id: z.string(),
  state: z.enum(RUN_STATES),
  /** Name of who asked for it. */
  by: z.string(),
  key: z.string(),
  /** Milliseconds since the epoch. */
  queued: z.number(),
  started: z.number().optional(),
  ended: z.number().optional(),
  /** Why it did not run, or was interrupted. */
  why: z.string().optional(),
  /** It waited when its kernel ended by itself. */
  paused: z.literal(true).optional(),
  /** It waits for somebody to type. */
  input: z.object({ prompt: z.string(), password: z.boolean() }).optional(),
  error: z.object({ ename: z.string(), evalue: z.string(), traceback: z.array(z.string()).optional() }).optional(),
});
export type RunMark = z.infer<typeof RunMark>;

export const Run = z.object({
  id: z.string(),
  document_id: z.string(),
  path: z.string().nullable().meta({ description: 'Where the document is now; null when it is gone.' }),
  cell_id: z.string(),
  kernel_id: z.string(),
  by: z.string(),
  state: z.enum(RUN_STATES),
  requested: z.string().meta({ description: 'ISO 8601.' }),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  duration_ms: z.number().nullable(),
  why: z.string().nullable(),
});
export type Run = z.infer<typeof Run>;

export const RunsQuery = z.object({
  document_id: z.uuid().optional(),
  state: z.enum(RUN_STATES).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type RunsQuery = z.infer<typeof RunsQuery>;

export const RunsPage = z.object({ runs: z.array(Run), next: z.string().nullable() });
export type RunsPage = z.infer<typeof RunsPage>;

/** Runs a notebook with nobody looking. */
export const RunNotebookRequest = z.object({
  path: z.string().min(1).max(4_096).meta({ description: 'Path in the workspace.' }),
  cells: z.array(CellId).min(1).max(5_000).optional().meta({ description: 'Only these; default: all code cells.' }),
  key: z.string().min(1).max(200).optional(),
});
export const RunNotebookReply = z.object({
  document_id: z.string(),
  kernel_id: z.string(),
  runs: z.array(AcceptedRun).readonly(),
});
