import { z } from 'zod';
import { MAX_WINDOW, ResultExportFormat, ResultFilter, ResultSort } from '../results/window.ts';

/** JSON text in a query, parsed into `schema`. */
function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .max(100_000)
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

export const ResultPath = z.object({ id: z.string().min(3).max(300) });

/** Query of `GET /api/v1/results/{id}`. */
export const WindowQuery = z.object({
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().positive().max(MAX_WINDOW).default(500),
  sort: json(z.array(ResultSort).max(16)).optional().meta({ description: 'JSON list of {column, descending}.' }),
  filter: json(z.array(ResultFilter).max(32)).optional().meta({ description: 'JSON list of {column, op, value}.' }),
});
export type WindowQuery = z.infer<typeof WindowQuery>;

export const ExportQuery = z.object({ format: ResultExportFormat.default('csv') });

/** Rows of the whole result that match the filter. */
export const TOTAL_ROWS_HEADER = 'Daybook-Total-Rows';
/** JSON list of {name, type}. */
export const COLUMNS_HEADER = 'Daybook-Columns';
