import { type GraphCell, link } from './link.ts';
import { marksOf } from './marks.ts';
import type { CellNames } from './names.ts';
import type { Known } from './plan.ts';
import { afterRun, NO_RUNS, type Runs, seenBy } from './runs.ts';

/**
 * A notebook of toy cells and its kernel. A cell is written `x y = a b`: it makes `x` and `y` from
 * `a` and `b`; `x += a` changes `x` and reads it, `x := a` only changes it. What follows a `#` is source and nothing else.
 */
export class ToyNotebook {
  cells: GraphCell[] = [];
  runs: Runs = NO_RUNS;
  /** What each name holds, and what each cell showed when it ran. */
  readonly memory = new Map<string, string>();
  readonly shown = new Map<string, string>();

  constructor(sources: readonly string[] = []) {
    for (const [index, source] of sources.entries()) this.cells.push(toyCell(`c${index}`, source));
  }

  get known(): Known {
    const graph = link(this.cells);
    return { graph, runs: this.runs, marks: marksOf(graph, this.runs) };
  }

  /** Status and reason of each cell, in words. */
  get marks(): string[] {
    return this.known.marks.map(({ status, reason }) =>
      reason === undefined ? status : `${status}: ${reason.name} ${reason.why} ${reason.by ?? 'nobody'}`,
    );
  }

  edit(id: string, source: string): void {
    this.cells = this.cells.map((cell) => (cell.id === id ? toyCell(id, source) : cell));
  }

  run(id: string, ok = true): void {
    const cell = this.cells.find((each) => each.id === id);
    if (cell === undefined) return;
    const { names, source } = cell;
    const saw = seenBy(this.runs, names);
    const read = names.uses.map((name) => `${name}:${this.memory.get(name) ?? ''}`);
    const value = `${source}(${read.join()})`;
    if (ok) this.shown.set(id, value);
    for (const name of [...names.defines, ...names.writes]) this.memory.set(name, value);
    this.runs = afterRun(this.runs, { cell: id, names, source, ok, saw });
  }

  /** A new kernel that runs everything from the top. */
  afresh(): ToyNotebook {
    const other = new ToyNotebook();
    other.cells = this.cells;
    for (const { id } of this.cells) other.run(id);
    return other;
  }
}

export function toyCell(id: string, source: string): GraphCell {
  const [, left = '', sign = '', right = ''] = /^([^#]*?)(\+=|:=|=|$)([^#]*)/.exec(source.replace(/#.*/, '')) ?? [];
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  const [made, read] = sign === '' ? [[], words(left)] : [words(left), words(right)];
  const names: CellNames = {
    defines: sign === '=' ? made : [],
    writes: sign === '=' ? [] : made,
    uses: sign === '+=' ? [...made, ...read] : read,
    unknown: false,
  };
  return { id, source, names };
}
