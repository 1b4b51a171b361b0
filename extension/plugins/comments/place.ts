import type { Thread } from '@daybook/shared/api/comments';
import type { Text } from 'yjs';
import { findRange, type TextRange } from './range.ts';

/** A cell as threads see it. */
export interface CommentedCell {
  readonly id: string;
  /** What people call it. */
  readonly label: string;
  readonly text: Text;
}

/** A thread and where it is now. */
export interface PlacedThread {
  readonly thread: Thread;
  /** The cell it is about; undefined for the whole notebook, and when its cell is gone. */
  readonly cell: string | undefined;
  /** The text it is about, where that is there. */
  readonly range: TextRange | undefined;
  /** Its cell, or the text it was about, is gone. */
  readonly lost: 'cell' | 'text' | undefined;
}

/** Threads about one place. */
export interface ThreadGroup {
  readonly key: string;
  readonly label: string;
  readonly cell: string | undefined;
  readonly threads: readonly PlacedThread[];
}

/** Finds the place of every thread. */
export function placeThreads(threads: readonly Thread[], cells: readonly CommentedCell[]): PlacedThread[] {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  return threads.map((thread): PlacedThread => {
    const { anchor } = thread;
    if (anchor.type === 'notebook') return { thread, cell: undefined, range: undefined, lost: undefined };
    const cell = byId.get(anchor.cell);
    if (cell === undefined) return { thread, cell: undefined, range: undefined, lost: 'cell' };
    if (anchor.type !== 'lines') return { thread, cell: cell.id, range: undefined, lost: undefined };
    const range = findRange(anchor, cell.text);
    return { thread, cell: cell.id, range, lost: range === undefined ? 'text' : undefined };
  });
}

/** The whole notebook first, then cell by cell in their order, then what has no place any more. */
export function groupThreads(placed: readonly PlacedThread[], cells: readonly CommentedCell[]): ThreadGroup[] {
  const of = (wanted: (each: PlacedThread) => boolean) => placed.filter(wanted).sort(inOrder);
  const groups: ThreadGroup[] = [
    {
      key: 'notebook',
      label: 'Whole notebook',
      cell: undefined,
      threads: of(({ thread }) => thread.anchor.type === 'notebook'),
    },
    ...cells.map(({ id, label }) => ({ key: `cell ${id}`, label, cell: id, threads: of(({ cell }) => cell === id) })),
    {
      key: 'gone',
      label: 'About cells that were deleted',
      cell: undefined,
      threads: of(({ lost }) => lost === 'cell'),
    },
  ];
  return groups.filter(({ threads }) => threads.length > 0);
}

/** Down the text of a cell, then in the order in which they were opened. */
function inOrder(a: PlacedThread, b: PlacedThread): number {
  const at = ({ range, lost }: PlacedThread) => range?.from ?? (lost === 'text' ? Number.MAX_SAFE_INTEGER : -1);
  return at(a) - at(b) || a.thread.created.localeCompare(b.thread.created);
}
