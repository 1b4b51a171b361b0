import { z } from 'zod';
import { ResultColumn } from './window.ts';

/** What SQL of a notebook can name, as its engine knows it now. */
export const Catalog = z.object({
  /** Tables, views and named results. Those of attached databases have their full name. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(ResultColumn) })),
  /** Data files below the workspace, nearest first: their path from the notebook's folder, and the name a query may use. */
  files: z.array(z.object({ path: z.string(), name: z.string() })),
});
export type Catalog = z.infer<typeof Catalog>;

/** A function of the engine, its overloads taken together. */
export const SqlFunction = z.object({
  name: z.string(),
  kind: z.enum(['scalar', 'aggregate', 'table', 'macro']),
  /** `name(parameter TYPE, …) → TYPE` of each overload. */
  signatures: z.array(z.string()),
  description: z.string(),
  examples: z.array(z.string()),
});
export type SqlFunction = z.infer<typeof SqlFunction>;

/** A question about SQL text that is being written. */
export const SqlAssistRequest = z.object({
  /** Text up to the cursor: which keywords may follow? */
  before: z.string().max(100_000).optional(),
  /** Queries whose columns are wanted. None is run. */
  describe: z.array(z.string().max(100_000)).max(20),
  /** Statements whose mistakes are wanted. */
  parse: z.array(z.string().max(1_000_000)).max(1_000).optional(),
});
export type SqlAssistRequest = z.infer<typeof SqlAssistRequest>;

/** Why a statement cannot be read, and the UTF-16 offset in it where that shows. */
export const SqlProblem = z.object({ message: z.string(), offset: z.number().int().nonnegative().optional() });
export type SqlProblem = z.infer<typeof SqlProblem>;

export const SqlAssist = z.object({
  /** Best first. */
  keywords: z.array(z.string()),
  /** For each query; null when it cannot be understood. */
  columns: z.array(z.array(ResultColumn).nullable()),
  /** For each statement to parse; null when it can be read. */
  problems: z.array(SqlProblem.nullable()),
});
export type SqlAssist = z.infer<typeof SqlAssist>;
