import { makePlot } from '../data/plot/plot.ts';
import { Relation } from '../data/relation/relation.ts';
import { SqlName } from '../data/relation/sql-name.ts';
import { assembleSql } from '../data/relation/sql-text.ts';
import type { CellRun } from './cell-run.ts';
import type { World } from './context.ts';
import { defineGlobal, running } from './globals.ts';
import type { Libraries } from './libraries.ts';
import type { Output } from './output.ts';
import { progress } from './progress.ts';

export interface DataGlobalsOptions {
  readonly world: World;
  readonly output: Output;
  readonly libraries: Libraries;
}

/**
 * Puts what works with data into the global scope; cells may declare these names for themselves.
 * - ``sql`…` ``: a relation, which runs when asked. `sql.name('a')`: a name in it.
 * - `aq`, `arrow`, `dfd`: arquero, apache-arrow, danfo.
 * - `Plot`: charts of any table; `Plot.figure`: plotly's own figures.
 * - `table(rows, { name? })` shows any table as a result; `progress(…)` a bar.
 */
export function installDataGlobals({ world, output, libraries }: DataGlobalsOptions): void {
  const sql = (strings: TemplateStringsArray, ...values: readonly unknown[]): Relation =>
    new Relation(assembleSql(strings, values), world.relationEffects);
  Object.defineProperty(sql, 'name', { value: (...parts: readonly unknown[]) => new SqlName(parts) });
  defineGlobal('sql', sql);
  defineGlobal(
    'Plot',
    makePlot((data) => (data instanceof Relation ? data : sql`SELECT * FROM ${data}`)),
  );
  defineGlobal('table', (rows: unknown, { name }: { name?: string } = {}): Promise<void> => {
    const run = running();
    const shown = showTable(run, rows, name === undefined ? undefined : String(name));
    run.hold(shown);
    return shown;
  });
  let bars = 0;
  defineGlobal('progress', (of?: unknown, options: { label?: string; total?: number } = {}) => {
    const run = running();
    bars += 1;
    const id = `progress-${process.pid}-${bars}`;
    return progress(of, options, {
      show: (bundle, update) => output.display(run, bundle, { id, update }),
      now: () => performance.now(),
      signal: run.signal,
    });
  });
  for (const name of ['aq', 'arrow', 'dfd'] as const) lazyGlobal(name, () => libraries[name]());

  async function showTable(run: CellRun, rows: unknown, name: string | undefined): Promise<void> {
    const bundle =
      rows instanceof Relation
        ? await rows.show(name)
        : await world.tableOutput(run, rows, { label: 'What table(…) was given', name });
    output.display(run, bundle);
  }
}

/** A global that is made when first read. */
function lazyGlobal(name: string, make: () => unknown): void {
  const fix = (value: unknown): unknown => {
    defineGlobal(name, value);
    return value;
  };
  Object.defineProperty(globalThis, name, { configurable: true, enumerable: false, get: () => fix(make()), set: fix });
}
