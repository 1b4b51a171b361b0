import { z } from 'zod';
import { ResultColumn, ResultSummary } from './window.ts';

/**
 * A cell value in JSON, by column type. Lossless where JSON allows it:
 * integers beyond 2^53 and decimals are strings; NaN and infinities are the strings `NaN`,
 * `Infinity`, `-Infinity`; dates `YYYY-MM-DD`; times `HH:MM:SS[.ffffff]`; timestamps
 * `YYYY-MM-DD HH:MM:SS[.ffffff]` (with `+00` when the type has a zone); blobs hex after `\x`;
 * lists arrays; structs objects; maps arrays of `[key, value]`; null null.
 */
export const JsonCell: z.ZodType<JsonCell> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(JsonCell), z.record(z.string(), JsonCell)]),
);
export type JsonCell = null | boolean | number | string | JsonCell[] | { [key: string]: JsonCell };

/**
 * What an output of type `application/vnd.daybook.result+json` carries: enough to draw the table
 * without a kernel, and the id under which the whole result is paged while the kernel lives.
 */
export const ResultBundle = z.object({
  v: z.literal(1),
  id: z.string(),
  /** The name the cell gave it (`result=sales`). */
  name: z.string().optional(),
  columns: z.array(ResultColumn),
  /** Rows of the whole result. */
  rows: z.number().int().nonnegative(),
  /** First rows, each an array in column order. */
  first: z.array(z.array(JsonCell)),
  /** Milliseconds the engine took. */
  elapsed: z.number().nonnegative(),
  /** Rows the engine read from its sources, where it knows. */
  rowsRead: z.number().int().nonnegative().optional(),
  /** When it ran, milliseconds since the epoch. */
  ran: z.number(),
  /** Column profiles, present when they were cheap to make. */
  summary: ResultSummary.optional(),
  /** Said under the table when it does not show all of what was to be shown, or otherwise. */
  note: z.string().optional(),
});
export type ResultBundle = z.infer<typeof ResultBundle>;
