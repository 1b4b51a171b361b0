import type { RunMark } from '@daybook/shared/api/runs';
import { hasEnded, marksOf, type RunsDocument, watchMarks } from './marks.ts';

/** What is needed to wait for the end of a run. */
export interface WaitedRun {
  readonly document: RunsDocument;
  readonly cell: string;
  readonly run: string;
  /** Whether the cell is still there. */
  readonly isGone: () => boolean;
}

/**
 * Resolves with the run as the document shows it at its end; undefined when the cell is gone, or
 * when the document does not know the run any more.
 */
export function runEnd({ document, cell, run, isGone }: WaitedRun): Promise<RunMark | undefined> {
  return new Promise((resolve) => {
    let seen = false;
    const look = () => {
      const mark = marksOf(document, cell).find(({ id }) => id === run);
      const forgotten = mark === undefined && seen;
      seen ||= mark !== undefined;
      if (!isGone() && !forgotten && (mark === undefined || !hasEnded(mark))) return;
      stop();
      resolve(isGone() ? undefined : mark);
    };
    // Any change: a deleted cell's runs go with those of another.
    const stop = watchMarks(document, undefined, look);
    look();
  });
}
