import { type CellNames, isVariable, tableOf } from './names.ts';

/** A code cell of the notebook as it stands, in document order. */
export interface GraphCell {
  readonly id: string;
  readonly source: string;
  readonly names: CellNames;
}

/** One name that a cell reads, or changes. */
export interface Input {
  readonly name: string;
  /** Place of the cell it comes from: the latest above that defines or writes it, or else the last one below. */
  readonly from: number | undefined;
  /** False when its old value does not matter: it must be there before it is changed, no more. */
  readonly read: boolean;
  /** Comes from below and goes round: it never makes its reader stale. */
  readonly back: boolean;
}

/** The dependency graph of a notebook. Cells are named by their place in document order. */
export interface Graph {
  readonly cells: readonly GraphCell[];
  readonly placeOf: ReadonlyMap<string, number>;
  readonly inputs: readonly (readonly Input[])[];
  /** Who reads what this cell makes, without edges that go back. */
  readonly users: readonly (readonly number[])[];
  /** All places, sources before users; document order wherever it is free. */
  readonly order: readonly number[];
  /** Cells that depend on each other in a circle. */
  readonly cycles: readonly (readonly number[])[];
  /** Names that several cells declare and another one reads, with their places in order. */
  readonly twice: ReadonlyMap<string, readonly number[]>;
}

/** Links cells by their names. Linear in cells and edges; ids that repeat count once, the first. */
export function link(given: readonly GraphCell[]): Graph {
  const placeOf = new Map<string, number>();
  const cells = given.filter(({ id }) => !placeOf.has(id) && placeOf.set(id, placeOf.size));
  const makers = new Makers(cells);
  const found = cells.map((cell, place) => inputsOf(cell, place, makers));
  const groups = circles(found);
  const inputs = found.map((list, place) =>
    list.map(({ name, from, read }) => ({
      name,
      from,
      read,
      back: from !== undefined && from > place && groups[from] === groups[place],
    })),
  );
  const users = usersOf(inputs);
  return {
    cells,
    placeOf,
    inputs,
    users,
    order: inOrder(inputs, users),
    cycles: cyclesOf(groups),
    twice: definedTwice(cells, inputs),
  };
}

/** Which cells define or write a name, in order. */
class Makers {
  readonly #places = new Map<string, number[]>();
  readonly #variables: readonly (readonly [name: string, place: number])[];
  #tables: Map<string, number[]> | undefined;

  constructor(cells: readonly GraphCell[]) {
    const variables: (readonly [string, number])[] = [];
    for (const [place, { names }] of cells.entries()) {
      for (const list of [names.defines, names.writes]) {
        for (const name of list) {
          add(this.#places, name, place);
          if (isVariable(name)) variables.push([name, place]);
        }
      }
    }
    this.#variables = variables;
  }

  of(name: string): readonly number[] {
    if (!name.startsWith('table:')) return this.#places.get(name) ?? [];
    this.#tables ??= this.#asTables();
    return this.#tables.get(name) ?? [];
  }

  /** Variables are tables too; most notebooks never ask. */
  #asTables(): Map<string, number[]> {
    const tables = new Map<string, number[]>();
    for (const [name, places] of this.#places) if (name.startsWith('table:')) tables.set(name, [...places]);
    for (const [name, place] of this.#variables) add(tables, tableOf(name), place);
    for (const places of tables.values()) places.sort((a, b) => a - b);
    return tables;
  }
}

function add(map: Map<string, number[]>, name: string, place: number): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [place]);
  else if (list.at(-1) !== place) list.push(place);
}

type Found = Omit<Input, 'back'>;

function inputsOf({ names }: GraphCell, place: number, makers: Makers): Found[] {
  const inputs: Found[] = [];
  for (const name of new Set(names.uses)) {
    const list = makers.of(name);
    const last = list.at(-1);
    inputs.push({ name, from: latestBefore(list, place) ?? (last === place ? undefined : last), read: true });
  }
  // What is written must be there first; a cell below that writes it too has no part in that.
  for (const name of new Set(names.writes)) {
    const from = latestBefore(makers.of(name), place);
    if (from !== undefined && !names.uses.includes(name)) inputs.push({ name, from, read: false });
  }
  return inputs;
}

function latestBefore(places: readonly number[], place: number): number | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return places[low - 1];
}

function usersOf(inputs: readonly (readonly Input[])[]): number[][] {
  const users = inputs.map((): number[] => []);
  for (const [place, list] of inputs.entries()) {
    const seen = new Set<number>();
    for (const { from, back } of list) {
      if (from === undefined || back || seen.has(from)) continue;
      seen.add(from);
      users[from]?.push(place);
    }
  }
  return users;
}

/**
 * The strongly connected component of each cell, by Tarjan's algorithm with a stack of its own:
 * a chain of thousands of cells must not exhaust JavaScript's.
 */
function circles(inputs: readonly (readonly Found[])[]): number[] {
  const next = inputs.map((list) => list.flatMap(({ from }) => (from === undefined ? [] : [from])));
  const index = new Array<number>(inputs.length).fill(-1);
  const low = new Array<number>(inputs.length).fill(0);
  const group = new Array<number>(inputs.length).fill(-1);
  const open: number[] = [];
  let count = 0;
  let groups = 0;
  for (const root of inputs.keys()) {
    if (index[root] !== -1) continue;
    const path = [{ place: root, at: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { place } = step;
      if (step.at === 0) {
        index[place] = low[place] = count++;
        open.push(place);
      }
      const to = next[place]?.[step.at];
      step.at += 1;
      if (to !== undefined) {
        if (index[to] === -1) path.push({ place: to, at: 0 });
        else if (group[to] === -1) low[place] = Math.min(low[place] ?? 0, index[to] ?? 0);
        continue;
      }
      path.pop();
      const parent = path.at(-1)?.place;
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[place] ?? 0);
      if (low[place] !== index[place]) continue;
      for (let member = open.pop(); member !== undefined; member = member === place ? undefined : open.pop()) {
        group[member] = groups;
      }
      groups += 1;
    }
  }
  return group;
}

function cyclesOf(groups: readonly number[]): number[][] {
  const members = new Map<number, number[]>();
  for (const [place, group] of groups.entries()) members.set(group, [...(members.get(group) ?? []), place]);
  return [...members.values()].filter((list) => list.length > 1);
}

/** Kahn's algorithm with the topmost cell first. Without edges that go back there is no circle. */
function inOrder(inputs: readonly (readonly Input[])[], users: readonly (readonly number[])[]): number[] {
  const waiting = inputs.map(
    (list) => new Set(list.flatMap(({ from, back }) => (from === undefined || back ? [] : [from]))).size,
  );
  const ready = new Heap();
  for (const [place, count] of waiting.entries()) if (count === 0) ready.push(place);
  const order: number[] = [];
  for (let place = ready.pop(); place !== undefined; place = ready.pop()) {
    order.push(place);
    for (const user of users[place] ?? []) {
      const left = (waiting[user] ?? 0) - 1;
      waiting[user] = left;
      if (left === 0) ready.push(user);
    }
  }
  return order;
}

/** The smallest number first. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    for (let up = (at - 1) >> 1; at > 0 && (items[up] ?? 0) > item; up = (at - 1) >> 1) {
      items[at] = items[up] ?? 0;
      at = up;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if ((items[child + 1] ?? Number.POSITIVE_INFINITY) < (items[child] ?? 0)) child += 1;
      if ((items[child] ?? 0) >= last) break;
      items[at] = items[child] ?? 0;
      at = child;
    }
    items[at] = last;
    return first;
  }
}

function definedTwice(cells: readonly GraphCell[], inputs: readonly (readonly Input[])[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, { names }] of cells.entries()) for (const name of names.defines) add(places, name, place);
  const read = new Set<string>();
  for (const list of inputs) for (const { name, from } of list) if (from !== undefined) read.add(name);
  const isRead = (name: string) => read.has(name) || (isVariable(name) && read.has(tableOf(name)));
  return new Map([...places].filter(([name, list]) => list.length > 1 && isRead(name)));
}
