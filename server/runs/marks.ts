import { RUNS_ROOT, type RunMark } from '@daybook/shared/api/runs';
import type * as Y from 'yjs';

/*
 * Runs as the document shows them: root `runs`, by cell the newest runs, newest last. Only the server
 * writes here, and nothing of it goes into the file.
 */

/** Milliseconds a run that ended stays shown beside a newer one: pages wait for its end by its id. */
const LINGER = 60_000;
/** Runs that ended, of one cell, beside the newest. */
const MOST_ENDED = 4;

type Marks = Y.Map<readonly RunMark[]>;

const marksOf = (doc: Y.Doc): Marks => doc.getMap(RUNS_ROOT) as Marks;

/** The runs of a cell, newest last. */
export function marksOfCell(doc: Y.Doc, cell: string): readonly RunMark[] {
  const marks = marksOf(doc).get(cell);
  return Array.isArray(marks) ? marks : [];
}

/** Shows a run, or what became of it. Must run in a transaction. */
export function putMark(doc: Y.Doc, cell: string, mark: RunMark, now: number): void {
  const others = marksOfCell(doc, cell);
  const known = others.some(({ id }) => id === mark.id);
  const all = known ? others.map((each) => (each.id === mark.id ? mark : each)) : [...others, mark];
  const newest = all.at(-1);
  const ended = all.filter((each) => each !== newest && !isLive(each) && (each.ended ?? 0) > now - LINGER);
  const kept = new Set(ended.slice(-MOST_ENDED));
  marksOf(doc).set(
    cell,
    all.filter((each) => each === newest || isLive(each) || kept.has(each)),
  );
}

/** Takes away the runs of cells that are gone. Must run in a transaction. */
export function pruneMarks(doc: Y.Doc, cells: ReadonlySet<string>): void {
  const marks = marksOf(doc);
  for (const cell of [...marks.keys()]) {
    if (!cells.has(cell) && !marksOfCell(doc, cell).some(isLive)) marks.delete(cell);
  }
}

/** Every shown run with its cell. */
export function allMarks(doc: Y.Doc): { readonly cell: string; readonly mark: RunMark }[] {
  return [...marksOf(doc).keys()].flatMap((cell) => marksOfCell(doc, cell).map((mark) => ({ cell, mark })));
}

export function isLive({ state }: RunMark): boolean {
  return state === 'queued' || state === 'running';
}
