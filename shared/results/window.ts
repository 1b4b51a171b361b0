import { z } from 'zod';

/** One column as the engine describes it: `type` is the DuckDB type name, e.g. `DECIMAL(18,3)`. */
export const ResultColumn = z.object({ name: z.string(), type: z.string() });
export type ResultColumn = z.infer<typeof ResultColumn>;

export const ResultSort = z.object({ column: z.string(), descending: z.boolean().default(false) });
export type ResultSort = z.infer<typeof ResultSort>;

/**
 * One condition; all of them must hold. `contains` and `starts` compare text without case;
 * `null` and `notnull` take no value. Values are compared in the column's own type.
 */
export const ResultFilter = z.discriminatedUnion('op', [
  z.object({
    column: z.string(),
    op: z.enum(['=', '!=', '<', '<=', '>', '>=', 'contains', 'starts']),
    value: z.union([z.string().max(10_000), z.number(), z.boolean()]),
  }),
  z.object({ column: z.string(), op: z.enum(['null', 'notnull']) }),
  z.object({
    column: z.string(),
    op: z.literal('in'),
    values: z.array(z.union([z.string(), z.number(), z.boolean()])).max(1_000),
  }),
]);
export type ResultFilter = z.infer<typeof ResultFilter>;

/** Most rows one window may hold. */
export const MAX_WINDOW = 10_000;

/** Asks for rows `[offset, offset + limit)` of a result after filter and sort. */
export const ResultWindowRequest = z.object({
  id: z.string(),
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().positive().max(MAX_WINDOW).default(500),
  sort: z.array(ResultSort).max(16).default([]),
  filter: z.array(ResultFilter).max(32).default([]),
  /** `arrow`: an Arrow IPC stream. `json`: rows of `JsonCell` as UTF-8 JSON. */
  format: z.enum(['arrow', 'json']).default('arrow'),
});
export type ResultWindowRequest = z.infer<typeof ResultWindowRequest>;

export interface ResultWindow {
  readonly columns: readonly ResultColumn[];
  /** Rows that match the filter, over the whole result. */
  readonly total: number;
  readonly offset: number;
  /** Rows in this window. */
  readonly count: number;
  /** In the requested format; JSON is an array of rows, each an array in column order. */
  readonly body: Uint8Array;
}

/** Up to this many rows distinct values are counted; above, they are estimated within a few percent. */
export const EXACT_DISTINCT_ROWS = 5_000_000;

/** A profile of one column: what stands under its name in the table's header. */
export const ColumnSummary = z.object({
  column: z.string(),
  nulls: z.number().int(),
  /** An estimate above `EXACT_DISTINCT_ROWS`. */
  distinct: z.number().int(),
  /** As `JsonCell`; absent where the type has no order or all values are null. */
  min: z.union([z.number(), z.string(), z.boolean()]).optional(),
  max: z.union([z.number(), z.string(), z.boolean()]).optional(),
  /** Counts in equal-width bins from min to max; numeric and temporal columns only. */
  histogram: z.array(z.number().int()).optional(),
  /** Most frequent values of a text column, most frequent first. */
  top: z.array(z.object({ value: z.string(), count: z.number().int() })).optional(),
});
export type ColumnSummary = z.infer<typeof ColumnSummary>;

export const ResultSummary = z.object({ columns: z.array(ColumnSummary) });
export type ResultSummary = z.infer<typeof ResultSummary>;

export const ResultExportFormat = z.enum(['csv', 'parquet']);
export interface ResultExportRequest {
  readonly id: string;
  readonly format: z.infer<typeof ResultExportFormat>;
  /** Absolute path of a file that does not exist yet. */
  readonly path: string;
}

/** Result ids name their kernel, so a server finds the holder without a table: `<kernel>.<rest>`. */
export function kernelOfResult(id: string): string | undefined {
  const dot = id.lastIndexOf('.');
  return dot > 0 ? id.slice(0, dot) : undefined;
}
