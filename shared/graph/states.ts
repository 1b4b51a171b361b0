import type { CellState } from '../api/graph.ts';
import type { Graph } from './link.ts';
import type { Mark } from './marks.ts';

/** Most names, and most cells of a circle, that are told of one cell. */
const MOST = 5;
const MOST_IN_CIRCLE = 20;

/** What is to be said of a cell beside its mark, as long as the graph is this one. */
export type Notes = Pick<CellState, 'twice' | 'cycle' | 'below' | 'unknown'>;

/** The notes of each cell by its place. Cells without any are left out. */
export function notesOf(graph: Graph): Map<number, Notes> {
  const notes = new Map<number, Notes>();
  const add = (place: number, note: Notes) => notes.set(place, { ...notes.get(place), ...note });
  for (const [name, places] of graph.twice) {
    for (const [index, place] of places.entries()) {
      const list = notes.get(place)?.twice ?? [];
      const [above, below] = [idAt(graph, places[index - 1]), idAt(graph, places[index + 1])];
      const next = { name, ...(above === undefined ? {} : { above }), ...(below === undefined ? {} : { below }) };
      if (list.length < MOST) add(place, { twice: [...list, next] });
    }
  }
  for (const places of graph.cycles) {
    const members = new Set(places);
    const inputs = places.flatMap((place) => graph.inputs[place] ?? []);
    const names = new Set(inputs.flatMap(({ name, from }) => (from !== undefined && members.has(from) ? [name] : [])));
    const cells = places.slice(0, MOST_IN_CIRCLE).flatMap((place) => idAt(graph, place) ?? []);
    const cycle = { cells, names: [...names].slice(0, MOST) };
    for (const place of places) add(place, { cycle });
  }
  for (const [place, { names }] of graph.cells.entries()) {
    const below = belowOf(graph, place);
    if (below.length > 0) add(place, { below });
    if (names.unknown) add(place, { unknown: true });
  }
  return notes;
}

function belowOf(graph: Graph, place: number): NonNullable<Notes['below']> {
  return (graph.inputs[place] ?? [])
    .flatMap(({ name, from }) => {
      const cell = from === undefined || from < place ? undefined : idAt(graph, from);
      return cell === undefined ? [] : [{ name, cell }];
    })
    .slice(0, MOST);
}

function idAt(graph: Graph, place: number | undefined): string | undefined {
  return place === undefined ? undefined : graph.cells[place]?.id;
}

/** A mark and notes that were told. */
export interface Told {
  readonly mark: Mark;
  readonly notes: Notes | undefined;
}

/**
 * What has to be told after `before` so that pages know marks and notes; and what they know then.
 * A cell that has nothing to say any more, or is gone, is told as `new`.
 */
export function changesOf(
  before: ReadonlyMap<string, Told>,
  {
    graph,
    marks,
    notes,
  }: { readonly graph: Graph; readonly marks: readonly Mark[]; readonly notes: ReadonlyMap<number, Notes> },
): { readonly changes: CellState[]; readonly told: Map<string, Told> } {
  const told = new Map<string, Told>();
  const changes: CellState[] = [];
  for (const [place, { id }] of graph.cells.entries()) {
    const next: Told = { mark: marks[place] ?? { status: 'new' }, notes: notes.get(place) };
    const last = before.get(id);
    if (next.mark.status !== 'new' || next.notes !== undefined) told.set(id, next);
    else if (last === undefined) continue;
    if (last === undefined || !sameMark(last.mark, next.mark) || !sameNotes(last.notes, next.notes)) {
      changes.push(stateOf(id, next));
    }
  }
  for (const id of before.keys()) {
    if (!told.has(id) && !graph.placeOf.has(id)) changes.push({ id, status: 'new' });
  }
  return { changes, told };
}

export function stateOf(id: string, { mark, notes }: Told): CellState {
  return { id, ...mark, ...notes };
}

function sameMark(a: Mark, b: Mark): boolean {
  const [x, y] = [a.reason, b.reason];
  return (
    a.status === b.status && x?.why === y?.why && x?.name === y?.name && x?.by === y?.by && x?.instead === y?.instead
  );
}

function sameNotes(a: Notes | undefined, b: Notes | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
