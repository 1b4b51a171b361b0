import { RUNS_ROOT, RunMark } from '@daybook/shared/api/runs';
import type { ICellModel } from '@jupyterlab/cells';
import { z } from 'zod';
import { pending } from './pending.ts';

/*
 * Runs as the server shows them in the document (root `runs`). Read only: a page asks for runs over
 * HTTP and sees here what becomes of them.
 */

/** The part of a Y document that is used here. */
export interface RunsDocument {
  getMap(name: string): RunsMap;
}

interface RunsMap {
  get(cell: string): unknown;
  keys(): IterableIterator<string>;
  observe(listener: (event: { readonly keysChanged: ReadonlySet<string> }) => void): void;
  unobserve(listener: (event: { readonly keysChanged: ReadonlySet<string> }) => void): void;
}

const Marks = z.array(RunMark);

/** The document of a notebook's or a cell's shared model; undefined where it is not shared. */
export function documentOf(sharedModel: unknown): RunsDocument | undefined {
  const { ydoc, notebook } = sharedModel as {
    readonly ydoc?: RunsDocument;
    readonly notebook?: { readonly ydoc?: RunsDocument } | null;
  };
  return ydoc ?? notebook?.ydoc;
}

/** The runs of a cell, newest last. */
export function marksOf(document: RunsDocument | undefined, cell: string): readonly RunMark[] {
  return Marks.safeParse(document?.getMap(RUNS_ROOT).get(cell)).data ?? [];
}

/** What a header shows of the newest run; a request on its way counts as waiting. */
export function newestRun(cell: ICellModel): Partial<RunMark> | undefined {
  if (pending.has(cell.id)) return { state: 'queued' };
  return marksOf(documentOf(cell.sharedModel), cell.id).at(-1);
}

/** Calls `listener` whenever the runs of the cell, or of any, are others. */
export function watchMarks(
  document: RunsDocument | undefined,
  cell: string | undefined,
  listener: () => void,
): () => void {
  if (document === undefined) return () => undefined;
  const map = document.getMap(RUNS_ROOT);
  const onChange = ({ keysChanged }: { readonly keysChanged: ReadonlySet<string> }) => {
    if (cell === undefined || keysChanged.has(cell)) listener();
  };
  map.observe(onChange);
  return () => map.unobserve(onChange);
}

/** Whether a run is over. */
export function hasEnded({ state }: Pick<RunMark, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}
