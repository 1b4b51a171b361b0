import { z } from 'zod';

/** The service of the kernel link that is told which cells the notebook has. */
export const NOTEBOOK_CELLS = 'notebook.cells';

/**
 * The code cells of the notebook, all of them, in document order. A cell whose source the kernel
 * has already been told may leave it out.
 */
export const NotebookCellsBody = z.object({
  cells: z.array(z.object({ id: z.string(), source: z.string().optional() })),
});
export type NotebookCellsBody = z.infer<typeof NotebookCellsBody>;

/** Cells whose source the kernel does not have: the page sends these again. */
export const NotebookCellsReply = z.object({ missing: z.array(z.string()) });
export type NotebookCellsReply = z.infer<typeof NotebookCellsReply>;
