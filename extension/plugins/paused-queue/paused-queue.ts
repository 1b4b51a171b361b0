import { PausedCell } from '@daybook/shared/api/paused-cell';

/** Cells that waited when their kernel ended, in the order they were sent, and why it ended. */
export interface PausedQueue {
  readonly message: string;
  readonly cells: readonly string[];
}

/** The queue with the cell of one more reply; the same queue when the reply tells of none. */
export function withReply(queue: PausedQueue | undefined, content: unknown): PausedQueue | undefined {
  const { daybook } = (content ?? {}) as { daybook?: unknown };
  const { success, data } = PausedCell.safeParse(daybook);
  if (!success || data.cell === undefined) return queue;
  const cells = queue?.cells ?? [];
  return { message: data.message, cells: cells.includes(data.cell) ? cells : [...cells, data.cell] };
}

/** The queue without a cell that is run again or gone; undefined when it was the last. */
export function withoutCell(queue: PausedQueue | undefined, cell: string): PausedQueue | undefined {
  if (queue === undefined || !queue.cells.includes(cell)) return queue;
  const cells = queue.cells.filter((each) => each !== cell);
  return cells.length === 0 ? undefined : { ...queue, cells };
}

/** What the notice says. */
export function sentence({ message, cells }: PausedQueue): string {
  return `${message} ${cells.length === 1 ? 'One cell' : `${cells.length} cells`} did not run.`;
}

/**
 * Ids to run, in the notebook's order: the paused cells that are still there, and with `above`
 * every cell before the first of them as well.
 */
export function cellsToRun(queue: PausedQueue, notebook: readonly string[], above: boolean): string[] {
  const paused = new Set(queue.cells);
  const first = notebook.findIndex((id) => paused.has(id));
  return notebook.filter((id, index) => paused.has(id) || (above && index < first));
}
