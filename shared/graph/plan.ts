import type { Graph } from './link.ts';
import type { Mark } from './marks.ts';
import { makes } from './names.ts';
import type { Runs } from './runs.ts';

/** What to run: each cell once, sources before users. */
export type Plan = readonly Step[];

export interface Step {
  readonly id: string;
  /** Cells of the plan whose values it reads: when one of them fails, it is left out. */
  readonly after: readonly string[];
}

export interface Known {
  readonly graph: Graph;
  readonly runs: Runs;
  readonly marks: readonly Mark[];
}

/**
 * Everything stale or edited, what depends on it and has run, and what it needs that is not there.
 * Blocked cells stay out, unless the one that failed runs too.
 */
export function stalePlan(known: Known): Plan {
  const { marks, graph } = known;
  const wanted = new Set<number>();
  for (const place of graph.order) {
    const { status, reason } = marks[place] ?? { status: 'new' };
    if (status === 'edited' || status === 'stale') wanted.add(place);
    const by = reason?.by === undefined ? undefined : graph.placeOf.get(reason.by);
    if (status === 'blocked' && by !== undefined && wanted.has(by)) wanted.add(place);
  }
  return planOf(
    graph,
    complete(wanted, known, () => true),
  );
}

/**
 * What went stale by runs of `ids`: their users and users' users, as far as they have run here. A
 * cell that is being edited is left alone, and so is what comes after it.
 */
export function planAfter(ids: readonly string[], known: Known): Plan {
  const { marks, graph } = known;
  const roots = new Set(ids.flatMap((id) => graph.placeOf.get(id) ?? []));
  const reached = new Set(roots);
  const wanted = new Set<number>();
  const held = new Set<number>();
  for (const place of graph.order) {
    const sources = (graph.inputs[place] ?? []).filter(({ back }) => !back).flatMap(({ from }) => from ?? []);
    const status = marks[place]?.status;
    if (sources.some((from) => held.has(from)) || (status === 'edited' && !roots.has(place))) held.add(place);
    if (!sources.some((from) => reached.has(from))) continue;
    if (status === 'new' || held.has(place)) continue;
    reached.add(place);
    if (status === 'stale' && !roots.has(place)) wanted.add(place);
  }
  const mayAdd = (place: number) => {
    const status = marks[place]?.status;
    return !held.has(place) && status !== 'new' && status !== 'edited' && !roots.has(place);
  };
  return planOf(graph, complete(wanted, known, mayAdd));
}

/** The cell and everything that depends on it, whatever its state. */
export function planWith(id: string, { graph }: Known): Plan {
  const wanted = new Set<number>();
  const start = graph.placeOf.get(id);
  const open = start === undefined ? [] : [start];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (wanted.has(place)) continue;
    wanted.add(place);
    open.push(...(graph.users[place] ?? []));
  }
  return planOf(graph, wanted);
}

/**
 * Adds what the wanted cells read and would not find (its cell has not run, or another cell has
 * overwritten it or will), and what depends on any of these and has run.
 */
function complete(wanted: ReadonlySet<number>, known: Known, mayAdd: (place: number) => boolean): Set<number> {
  const { graph, marks } = known;
  const all = new Set<number>();
  for (let open = [...wanted]; open.length > 0; open = missingFrom(all, known).filter(mayAdd)) {
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (all.has(place)) continue;
      all.add(place);
      for (const user of graph.users[place] ?? []) {
        if (marks[user]?.status !== 'new' && mayAdd(user)) open.push(user);
      }
    }
  }
  return all;
}

/** Cells whose values would not be there when the others run in order. */
function missingFrom(all: ReadonlySet<number>, { graph, runs }: Known): number[] {
  const missing = new Set<number>();
  const made = new Map<string, string>();
  for (const place of graph.order) {
    const cell = graph.cells[place];
    if (cell === undefined || !all.has(place)) continue;
    for (const { name, from, back, read } of graph.inputs[place] ?? []) {
      if (from === undefined || back || !read || all.has(from)) continue;
      if ((made.get(name) ?? runs.values.get(name)?.cell) !== graph.cells[from]?.id) missing.add(from);
    }
    for (const name of makes(cell.names)) made.set(name, cell.id);
  }
  return [...missing];
}

function planOf(graph: Graph, wanted: ReadonlySet<number>): Plan {
  const idOf = (place: number) => graph.cells[place]?.id ?? '';
  return graph.order
    .filter((place) => wanted.has(place))
    .map((place) => {
      const after = (graph.inputs[place] ?? []).flatMap(({ from, back }) =>
        from !== undefined && !back && wanted.has(from) ? [idOf(from)] : [],
      );
      return { id: idOf(place), after: [...new Set(after)] };
    });
}
