import { type CellNames, makes } from './names.ts';

/** The value a name has: which run made it. */
export interface Value {
  readonly cell: string;
  /** Counts the runs of a kernel. */
  readonly run: number;
}

/** How a cell ran last. */
export interface Ran {
  readonly run: number;
  readonly source: string;
  readonly ok: boolean;
  /** The values it found under the names it reads. */
  readonly saw: ReadonlyMap<string, Value>;
}

/** What has run in a kernel since it started. */
export interface Runs {
  readonly count: number;
  readonly last: ReadonlyMap<string, Ran>;
  readonly values: ReadonlyMap<string, Value>;
}

export const NO_RUNS: Runs = { count: 0, last: new Map(), values: new Map() };

/** What a cell finds when it begins: take it then, for a cell may change what it reads. */
export function seenBy({ values }: Runs, { uses, writes }: CellNames): ReadonlyMap<string, Value> {
  const saw = new Map<string, Value>();
  for (const name of [...uses, ...writes]) {
    const value = values.get(name);
    if (value !== undefined) saw.set(name, value);
  }
  return saw;
}

export interface EndedRun extends Omit<Ran, 'run'> {
  readonly cell: string;
  readonly names: CellNames;
}

/** A cell has ended. One that failed may have changed what it makes, so that counts too. */
export function afterRun(runs: Runs, { cell, names, source, ok, saw }: EndedRun): Runs {
  const run = runs.count + 1;
  const values = new Map(runs.values);
  for (const name of makes(names)) values.set(name, { cell, run });
  return { count: run, last: new Map(runs.last).set(cell, { run, source, ok, saw }), values };
}
