import { z } from 'zod';

/*
 * The dependency graph over the kernel link. A page asks for the whole state once, then follows the
 * events; a version that does not follow on the last one means that it missed some and asks again. `link-names.ts` has the names of its messages.
 */

const Reason = z.object({
  why: z.enum(['changed', 'upstream', 'unrun', 'overwritten', 'gone', 'failed']),
  name: z.string(),
  by: z.string().optional(),
  instead: z.string().optional(),
});

/** What is to be said of one cell; see shared/graph/marks.ts for the words. */
export const CellState = z.object({
  id: z.string(),
  status: z.enum(['new', 'fresh', 'edited', 'stale', 'blocked']),
  reason: Reason.optional(),
  /** Names that this and other cells define, each with the nearest other cells that do. */
  twice: z.array(z.object({ name: z.string(), above: z.string().optional(), below: z.string().optional() })).optional(),
  /** Cells, in order, that go round in a circle with this one, and the names they read from each other. */
  cycle: z.object({ cells: z.array(z.string()), names: z.array(z.string()) }).optional(),
  /** Names it reads from cells below. */
  below: z.array(z.object({ name: z.string(), cell: z.string() })).optional(),
  /** It holds something whose names could not be read. */
  unknown: z.boolean().optional(),
});
export type CellState = z.infer<typeof CellState>;

/**
 * The answer to `state`: all cells that have something to say; the others have not run in this
 * kernel. The body of `changed`: the cells whose state is another one now; one that has nothing to
 * say any more, or is gone, is `new`.
 */
export const GraphState = z.object({ version: z.number().int(), cells: z.array(CellState) });
export type GraphState = z.infer<typeof GraphState>;

/** What to run: all that is stale, what went stale by runs of some cells, or a cell with all that depends on it. */
export const PlanRequest = z.discriminatedUnion('want', [
  z.object({ want: z.literal('stale') }),
  z.object({ want: z.literal('after'), cells: z.array(z.string()) }),
  z.object({ want: z.literal('with'), cell: z.string() }),
]);
export type PlanRequest = z.infer<typeof PlanRequest>;

export const PlanReply = z.object({
  plan: z.array(z.object({ id: z.string(), after: z.array(z.string()).readonly() })).readonly(),
});
export type PlanReply = z.infer<typeof PlanReply>;
