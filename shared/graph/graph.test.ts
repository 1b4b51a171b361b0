import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chain } from './chain.ts';
import { type GraphCell, link } from './link.ts';
import { marksOf } from './marks.ts';
import { NO_NAMES } from './names.ts';
import { planAfter, planWith, stalePlan } from './plan.ts';
import { NO_RUNS } from './runs.ts';
import { ToyNotebook, toyCell } from './testing.ts';

const SEED = 81;
const ids = (plan: readonly { readonly id: string }[]) => plan.map(({ id }) => id);

/** A notebook in which every cell has run, from the top. */
function ran(sources: readonly string[]): ToyNotebook {
  const notebook = new ToyNotebook(sources);
  for (const { id } of notebook.cells) notebook.run(id);
  return notebook;
}

describe('K81 stale marks', () => {
  test('a cell that ran again makes its users stale, and theirs', () => {
    const notebook = ran(['a =', 'b = a', 'c = b', 'd =']);
    expect(notebook.marks).toEqual(['fresh', 'fresh', 'fresh', 'fresh']);
    notebook.run('c0');
    expect(notebook.marks).toEqual(['fresh', 'stale: a changed c0', 'stale: b upstream c1', 'fresh']);
    notebook.run('c1');
    expect(notebook.marks).toEqual(['fresh', 'fresh', 'stale: b changed c1', 'fresh']);
  });

  test('an edit marks the cell alone; editing back to what ran makes it fresh', () => {
    const notebook = ran(['a =', 'b = a']);
    notebook.edit('c0', 'a = # 2');
    expect(notebook.marks).toEqual(['edited', 'fresh']);
    notebook.edit('c0', 'a =');
    expect(notebook.marks).toEqual(['fresh', 'fresh']);
    notebook.edit('c0', ' ');
    expect(notebook.marks).toEqual(['new', 'blocked: a gone c0']);
  });

  test('deleting a cell, moving it, and taking a name out of it tell why', () => {
    const notebook = ran(['a =', 'b = a', 'c = b']);
    const [first, second, third] = notebook.cells as [GraphCell, GraphCell, GraphCell];
    notebook.cells = [second, third];
    expect(notebook.marks).toEqual(['blocked: a gone c0', 'blocked: b upstream c1']);
    expect(stalePlan(notebook.known)).toEqual([]);
    notebook.cells = [second, third, first];
    expect(notebook.marks).toEqual(['fresh', 'fresh', 'fresh']);
    notebook.cells = [toyCell('n', 'a = # new'), second, third, first];
    expect(notebook.marks).toEqual(['new', 'stale: a unrun n', 'stale: b upstream c1', 'fresh']);
    notebook.cells = [toyCell('c0', 'other ='), second, third];
    expect(notebook.marks).toEqual(['edited', 'blocked: a gone c0', 'blocked: b upstream c1']);
  });

  test('of two definitions the latest above counts, and one overwritten by the other is said', () => {
    const notebook = ran(['x = # 1', 'a = x', 'x = # 2', 'b = x']);
    expect(notebook.marks).toEqual(['fresh', 'fresh', 'fresh', 'fresh']);
    notebook.run('c0');
    expect(notebook.marks).toEqual(['fresh', 'stale: x changed c0', 'fresh', 'fresh']);
    notebook.run('c3');
    expect(notebook.marks[3]).toBe('stale: x overwritten c0');
    expect(ids(stalePlan(notebook.known))).toEqual(['c1', 'c2', 'c3']);
    expect([...link(notebook.cells).twice]).toEqual([['x', [0, 2]]]);
  });

  test('two definitions that nobody else reads are nobody’s concern', () => {
    expect(link(new ToyNotebook(['x =', 'x =']).cells).twice.size).toBe(0);
  });

  test('a change by a cell in between makes readers below depend on it', () => {
    const notebook = ran(['x =', 'x += y', 'a = x']);
    notebook.run('c0');
    expect(notebook.marks).toEqual(['fresh', 'stale: x changed c0', 'stale: x upstream c1']);
  });

  test('a change that runs twice counts twice: run stale makes the value anew first', () => {
    const notebook = ran(['x =', 'x += ', 'y := ', 'y := ']);
    notebook.run('c1');
    notebook.run('c3');
    expect(notebook.marks).toEqual(['fresh', 'stale: x overwritten c1', 'fresh', 'fresh']);
    expect(ids(stalePlan(notebook.known))).toEqual(['c0', 'c1']);
  });

  test('what a failed cell makes is in doubt', () => {
    const notebook = ran(['a =', 'b = a', 'c = b']);
    notebook.run('c0', false);
    expect(notebook.marks).toEqual(['fresh', 'blocked: a failed c0', 'blocked: b upstream c1']);
    expect(stalePlan(notebook.known)).toEqual([]);
    notebook.edit('c0', 'a = # right');
    expect(ids(stalePlan(notebook.known))).toEqual(['c0', 'c1', 'c2']);
  });

  test('a new kernel has run nothing', () => {
    const notebook = ran(['a =', 'b = a']);
    notebook.runs = NO_RUNS;
    expect(notebook.marks).toEqual(['new', 'new']);
    expect(stalePlan(notebook.known)).toEqual([]);
  });

  test('a name is a table too, whatever its case', () => {
    const notebook = new ToyNotebook(['Sales =', 'c = table:sales']);
    expect(link(notebook.cells).inputs[1]).toEqual([{ name: 'table:sales', from: 0, back: false, read: true }]);
  });
});

describe('K82 circles', () => {
  test('are named, and running one cell does not make itself stale again', () => {
    const notebook = ran(['a = b', 'b = a', 'c = a']);
    expect(link(notebook.cells).cycles).toEqual([[0, 1]]);
    expect(notebook.marks).toEqual(['fresh', 'fresh', 'fresh']);
    notebook.run('c0');
    expect(ids(planAfter(['c0'], notebook.known))).toEqual(['c1', 'c2']);
    notebook.run('c1');
    notebook.run('c2');
    expect(notebook.marks).toEqual(['fresh', 'fresh', 'fresh']);
  });
});

describe('K83 plans', () => {
  test('after a run: what went stale by it, but nothing new, being edited, or behind that', () => {
    const notebook = ran(['a =', 'b = a', 'c = a', 'd = c', 'e =']);
    notebook.cells.push(toyCell('n', 'f = a'));
    notebook.edit('c2', 'c = a # half');
    notebook.run('c4');
    notebook.run('c0');
    expect(ids(planAfter(['c0'], notebook.known))).toEqual(['c1']);
    expect(ids(planWith('c0', notebook.known))).toEqual(['c0', 'c1', 'c2', 'c3', 'n']);
    expect(ids(stalePlan(notebook.known))).toEqual(['c1', 'c2', 'c3']);
  });

  test('run stale brings in what was never run and is needed', () => {
    const notebook = ran(['b = a']);
    notebook.cells.unshift(toyCell('n', 'a ='));
    expect(ids(stalePlan(notebook.known))).toEqual(['n', 'c0']);
  });

  test('a failure leaves out what depends on it, and nothing else; a stop ends it', () => {
    const notebook = ran(['a =', 'b = a', 'c = b', 'd = a']);
    const chain = new Chain(planWith('c0', notebook.known));
    expect([chain.next(), chain.next()]).toEqual(['c0', 'c1']);
    chain.failed('c1');
    expect([chain.next(), chain.next()]).toEqual(['c3', undefined]);
    const stopped = new Chain(planWith('c0', notebook.known));
    stopped.next();
    stopped.stop();
    expect(stopped.next()).toBeUndefined();
  });
});

const name = fc.constantFrom('x', 'y', 'z', 'u', 'v');
const source = fc
  .tuple(
    fc.uniqueArray(name, { maxLength: 2 }),
    fc.constantFrom('=', '=', '+=', ':='),
    fc.uniqueArray(name, { maxLength: 3 }),
    fc.nat(3),
  )
  .map(
    ([made, sign, read, n]) =>
      `${made.join(' ')} ${sign} ${read.filter((each) => !made.includes(each)).join(' ')} # ${n}`,
  );
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('run' as const), at: fc.nat(), ok: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('run' as const), at: fc.nat(), ok: fc.constant(false) }) },
  fc.record({ do: fc.constant('edit' as const), at: fc.nat(), source }),
  fc.record({ do: fc.constant('insert' as const), at: fc.nat(), source }),
  fc.record({ do: fc.constant('delete' as const), at: fc.nat() }),
  fc.record({ do: fc.constant('move' as const), at: fc.nat(), to: fc.nat() }),
  fc.record({ do: fc.constant('stale' as const) }),
  fc.record({ do: fc.constant('restart' as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Takes a step; the plan it carried out, if any. */
function take(notebook: ToyNotebook, each: Step, number: number): readonly string[] | undefined {
  const { cells } = notebook;
  const at = 'at' in each ? each.at % Math.max(1, cells.length) : 0;
  const cell = cells[at];
  switch (each.do) {
    case 'run':
      if (cell !== undefined) notebook.run(cell.id, each.ok);
      return undefined;
    case 'edit':
      if (cell !== undefined) notebook.edit(cell.id, each.source);
      return undefined;
    case 'insert':
      cells.splice(at, 0, toyCell(`n${number}`, each.source));
      return undefined;
    case 'delete':
      cells.splice(at, 1);
      return undefined;
    case 'move':
      if (cell !== undefined) cells.splice(each.to % cells.length, 0, ...cells.splice(at, 1));
      return undefined;
    case 'restart':
      notebook.runs = NO_RUNS;
      notebook.memory.clear();
      notebook.shown.clear();
      return undefined;
    case 'stale': {
      const plan = ids(stalePlan(notebook.known));
      for (const id of plan) notebook.run(id);
      return plan;
    }
  }
}

/** Cells that read nothing from below nor from themselves, and neither do those they depend on. */
function downward({ graph }: ToyNotebook['known']): boolean[] {
  const fine: boolean[] = graph.cells.map(() => false);
  for (const [place, { names }] of graph.cells.entries()) {
    const grows = names.uses.some((each) => names.writes.includes(each));
    fine[place] =
      !grows &&
      (graph.inputs[place] ?? []).every(({ from }) => from === undefined || (from < place && fine[from] === true));
  }
  return fine;
}

describe('K84 whatever is done to a notebook', () => {
  const history = fc.tuple(fc.array(source, { maxLength: 7 }), fc.array(step, { maxLength: 30 }));

  test(`plans run each cell once, sources first, and end (seed ${SEED})`, () => {
    fc.assert(
      fc.property(history, ([sources, steps]) => {
        const notebook = new ToyNotebook(sources);
        for (const [number, each] of steps.entries()) {
          take(notebook, each, number);
          const { known } = notebook;
          const all = known.graph.cells.map(({ id }) => id);
          expect([...known.graph.order].sort((a, b) => a - b)).toEqual([...all.keys()]);
          for (const plan of [stalePlan(known), planAfter(all.slice(0, 1), known), planWith(all[0] ?? '', known)]) {
            const done = ids(plan);
            expect(new Set(done).size).toBe(done.length);
            for (const [at, { after }] of plan.entries()) {
              for (const id of after) expect(done.indexOf(id)).toBeLessThan(at);
            }
          }
        }
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  test(`a fresh cell over fresh cells shows what a run from the top shows (seed ${SEED})`, () => {
    let looked = 0;
    fc.assert(
      fc.property(history, ([sources, steps]) => {
        const notebook = new ToyNotebook(sources);
        for (const [number, each] of steps.entries()) {
          take(notebook, each, number);
          const { known } = notebook;
          const clean = notebook.afresh();
          const fine = downward(known);
          const settled: boolean[] = [];
          for (const [place, { id }] of known.graph.cells.entries()) {
            const ok = notebook.runs.last.get(id)?.ok === true;
            settled[place] =
              ok &&
              fine[place] === true &&
              known.marks[place]?.status === 'fresh' &&
              (known.graph.inputs[place] ?? []).every(({ from }) => from === undefined || settled[from] === true);
            if (settled[place] !== true) continue;
            looked += 1;
            expect(notebook.shown.get(id)).toBe(clean.shown.get(id));
          }
        }
      }),
      { seed: SEED, numRuns: 2_000 },
    );
    expect(looked).toBeGreaterThan(1_000);
  });

  /** Sources without what they would read from below or nowhere, and steps that keep it so. */
  const downwards = fc.tuple(
    fc.array(source, { maxLength: 9 }).map((all) => {
      const made = new Set<string>();
      return all.map((each) => {
        const { defines, writes, uses } = toyCell('', each).names;
        const sign = defines.length > 0 ? '=' : ':=';
        const text = `${[...defines, ...writes].join(' ')} ${sign} ${uses.filter((one) => made.has(one)).join(' ')}`;
        for (const one of [...defines, ...writes]) made.add(one);
        return text;
      });
    }),
    fc.array(
      step.filter((each) => ['run', 'stale', 'restart'].includes(each.do)),
      { maxLength: 30 },
    ),
  );

  test(`run stale leaves nothing stale where all is read from above (seed ${SEED})`, () => {
    let looked = 0;
    fc.assert(
      fc.property(fc.oneof(history, downwards), ([sources, steps]) => {
        const notebook = new ToyNotebook(sources);
        for (const [number, each] of steps.entries()) {
          const plan = take(notebook, each, number);
          const { known } = notebook;
          if (plan === undefined || plan.length === 0 || !downward(known).every(Boolean)) continue;
          looked += 1;
          for (const { status } of known.marks) expect(['new', 'fresh', 'blocked']).toContain(status);
        }
      }),
      { seed: SEED, numRuns: 2_000 },
    );
    expect(looked).toBeGreaterThan(50);
  });
});

test('K85 thousands of cells in one chain, and all in one circle, take no deep stack', () => {
  const many = Array.from({ length: 5_000 }, (_, n) => `x${n} = x${n - 1}`);
  const chain = link(new ToyNotebook(many).cells);
  expect(chain.cycles).toEqual([]);
  expect(chain.order).toEqual([...many.keys()]);
  const circle = link(new ToyNotebook(['x0 = x4999', ...many.slice(1)]).cells);
  expect(circle.cycles.map((list) => list.length)).toEqual([5_000]);
  expect(marksOf(circle, NO_RUNS)).toHaveLength(5_000);
  expect(link([]).order).toEqual([]);
  expect(
    link([
      { id: 'a', source: '', names: NO_NAMES },
      { id: 'a', source: '', names: NO_NAMES },
    ]).cells,
  ).toHaveLength(1);
});
