import type { Graph, GraphCell, Input } from './link.ts';
import { makes } from './names.ts';
import type { Ran, Runs } from './runs.ts';

/**
 * Where a cell stands:
 * `new` has not run in this kernel, `fresh` is what a run of the notebook from the top would show,
 * `edited` has another source than the one that ran, `stale` read something that is different now,
 * `blocked` is stale and running it would not help: a cell it reads from failed or is gone.
 */
export type Status = 'new' | 'fresh' | 'edited' | 'stale' | 'blocked';

/**
 * Why a cell is stale, by the name it reads:
 * - `changed`: `by` made it anew.
 * - `upstream`: `by` makes it and is stale itself.
 * - `unrun`: `by` makes it now and has not run so.
 * - `overwritten`: what the cell saw was made by `by`, or nobody, and not by `instead`, which counts here.
 * - `gone`: no cell makes it any more; `by` did.
 * - `failed`: `by` makes it and failed.
 */
export interface Reason {
  readonly why: 'changed' | 'upstream' | 'unrun' | 'overwritten' | 'gone' | 'failed';
  readonly name: string;
  readonly by: string | undefined;
  readonly instead?: string;
}

export interface Mark {
  readonly status: Status;
  readonly reason?: Reason;
}

/** The mark of every cell, by its place. */
export function marksOf(graph: Graph, runs: Runs): readonly Mark[] {
  const marks: Mark[] = graph.cells.map(() => ({ status: 'new' }));
  for (const place of graph.order) marks[place] = markOf(graph, runs, { place, marks });
  return marks;
}

function markOf(
  graph: Graph,
  runs: Runs,
  { place, marks }: { readonly place: number; readonly marks: readonly Mark[] },
): Mark {
  const cell = graph.cells[place];
  const ran = cell === undefined ? undefined : runs.last.get(cell.id);
  // There is nothing to run in an empty cell, whatever was there before.
  if (cell === undefined || ran === undefined || cell.source.trim() === '') return { status: 'new' };
  if (ran.source !== cell.source) return { status: 'edited' };
  let upstream: Mark | undefined;
  for (const input of graph.inputs[place] ?? []) {
    if (input.back) continue;
    const reason = reasonOf(graph, runs, { cell, ran, input });
    if (reason !== undefined)
      return { status: reason.why === 'failed' || reason.why === 'gone' ? 'blocked' : 'stale', reason };
    upstream ??= upstreamOf(graph, marks, input);
  }
  return upstream ?? { status: 'fresh' };
}

function reasonOf(
  graph: Graph,
  runs: Runs,
  { cell, ran, input: { name, from, read } }: { readonly cell: GraphCell; readonly ran: Ran; readonly input: Input },
): Reason | undefined {
  const seen = ran.saw.get(name);
  const source = from === undefined ? undefined : graph.cells[from];
  if (source === undefined) {
    // A cell may go on from its own last run: `n = (globalThis.n ?? 0) + 1`.
    const own = seen?.cell === cell.id && makes(cell.names).includes(name);
    return seen === undefined || own ? undefined : { why: 'gone', name, by: seen.cell };
  }
  const made = runs.last.get(source.id);
  const by = source.id;
  if (!read)
    return made !== undefined && made.run > ran.run ? { why: made.ok ? 'changed' : 'failed', name, by } : undefined;
  if (made === undefined) return { why: 'unrun', name, by };
  if (seen?.cell === by && seen.run === made.run) return undefined;
  if (seen?.cell === by || made.run > ran.run) return { why: made.ok ? 'changed' : 'failed', name, by };
  // It ran before, with a source that did not make this name.
  if (made.source !== source.source && runs.values.get(name)?.cell !== by) return { why: 'unrun', name, by };
  return { why: 'overwritten', name, by: seen?.cell, instead: by };
}

function upstreamOf(graph: Graph, marks: readonly Mark[], { name, from }: Input): Mark | undefined {
  const source = from === undefined ? undefined : graph.cells[from];
  const mark = from === undefined ? undefined : marks[from];
  if (source === undefined || (mark?.status !== 'stale' && mark?.status !== 'blocked')) return undefined;
  return { status: mark.status, reason: { why: 'upstream', name, by: source.id } };
}
