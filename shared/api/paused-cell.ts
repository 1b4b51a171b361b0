import { z } from 'zod';

/**
 * Under `daybook` in the reply of a cell that waited when its kernel ended by itself. Stock clients
 * see an aborted cell; ours keeps it as part of a paused queue.
 */
export const PausedCell = z.object({
  reason: z.literal('crash'),
  waiting: z.literal(true),
  /** Why the kernel ended, as a sentence. */
  message: z.string(),
  /** The notebook's id of the cell, where the client said it. */
  cell: z.string().optional(),
});
export type PausedCell = z.infer<typeof PausedCell>;
