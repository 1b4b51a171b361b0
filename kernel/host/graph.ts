import type { GraphState, PlanRequest } from '@daybook/shared/api/graph';
import { GRAPH } from '@daybook/shared/api/link-names';
import { type GraphCell, link } from '@daybook/shared/graph/link';
import { marksOf } from '@daybook/shared/graph/marks';
import { type CellNames, NO_NAMES } from '@daybook/shared/graph/names';
import { type Known, type Plan, planAfter, planWith, stalePlan } from '@daybook/shared/graph/plan';
import { afterRun, NO_RUNS, type Runs, seenBy, type Value } from '@daybook/shared/graph/runs';
import { changesOf, type Notes, notesOf, stateOf, type Told } from '@daybook/shared/graph/states';
import type { NotebookCells } from './notebook-cells.ts';
import { type NamesOfSource, NotebookNames } from './notebook-names.ts';
import type { RunListener } from './run-watch.ts';

/** Most cells in one event. */
const MOST_CHANGES = 500;
/** How long changes are gathered before pages are told, in ms. */
const REST_MS = 50;

export interface GraphEffects {
  namesOf: NamesOfSource;
  /** Sends an event to every page. */
  publish(kind: string, body: GraphState): void;
  log(text: string): void;
}

/** A run under way: what its cell found when it began. */
interface Running {
  readonly cell: string;
  readonly source: string;
  readonly names: CellNames;
  readonly saw: ReadonlyMap<string, Value>;
}

/**
 * The dependency graph of a kernel's notebook; tells `graph.changed`. Reading names takes its time, so all that happens is put in a row and seen in
 * the order it happened.
 */
export class NotebookGraph implements RunListener {
  readonly #cells: NotebookCells;
  readonly #names: NotebookNames;
  readonly #effects: GraphEffects;
  #runs: Runs = NO_RUNS;
  #running: Running | undefined;
  #known: Known = { graph: link([]), runs: NO_RUNS, marks: [] };
  #notes: ReadonlyMap<number, Notes> = new Map();
  #told: ReadonlyMap<string, Told> = new Map();
  #version = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Counts executors: what happened in an earlier one is not recorded any more. */
  #executor = 0;
  #row: Promise<void> = Promise.resolve();
  /** A look that has not begun, as the last thing in the row. */
  #ahead: Promise<void> | undefined;

  constructor(cells: NotebookCells, effects: GraphEffects) {
    this.#cells = cells;
    this.#effects = effects;
    this.#names = new NotebookNames(effects.namesOf, () => this.#lookSoon());
    cells.onChange(() => this.#lookSoon());
  }

  /** All that is to be said of the cells now. */
  async state(): Promise<GraphState> {
    await this.#look();
    return { version: this.#version, cells: [...this.#told].map(([id, told]) => stateOf(id, told)) };
  }

  /** What to run, in order. */
  async plan(wanted: PlanRequest): Promise<Plan> {
    await this.#look();
    return this.#plan(wanted);
  }

  begin(cell: string, source: string): void {
    this.#record(async () => {
      const names = await this.#names.of({ id: cell, source });
      this.#running = { cell, source, names, saw: seenBy(this.#runs, names) };
    });
  }

  end(ok: boolean): void {
    this.#record(() => {
      if (this.#running !== undefined) this.#runs = afterRun(this.#runs, { ...this.#running, ok });
      this.#running = undefined;
    });
    this.#lookSoon();
  }

  /** A new executor starts: nothing has run in it. */
  reset(): void {
    this.#executor += 1;
    this.#record(() => {
      this.#runs = NO_RUNS;
      this.#running = undefined;
    });
    this.#lookSoon();
  }

  #plan(wanted: PlanRequest): Plan {
    switch (wanted.want) {
      case 'stale':
        return stalePlan(this.#known);
      case 'after':
        return planAfter(wanted.cells, this.#known);
      case 'with':
        return planWith(wanted.cell, this.#known);
    }
  }

  #record(work: () => void | Promise<void>): void {
    const executor = this.#executor;
    this.#ahead = undefined;
    this.#row = this.#row.then(() => (executor === this.#executor ? work() : undefined));
  }

  /** A look that nobody waits for: cells that run one after the other are looked at together. */
  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look().catch((error: unknown) => this.#effects.log(`The dependency graph failed: ${String(error)}`));
    }, REST_MS).unref();
  }

  /** Resolves when all that happened until now is seen and told. */
  #look(): Promise<void> {
    if (this.#ahead === undefined) {
      this.#ahead = this.#row.then(async () => {
        this.#ahead = undefined;
        await this.#see();
      });
      this.#row = this.#ahead.catch(() => undefined);
    }
    return this.#ahead;
  }

  async #see(): Promise<void> {
    const cells = this.#cells.all;
    const names = await this.#names.all(cells);
    const given = cells.map(({ id, source }, index) => ({ id, source, names: names[index] ?? NO_NAMES }));
    let { graph } = this.#known;
    if (sameLinks(graph.cells, given)) graph = { ...graph, cells: given };
    else {
      graph = link(given);
      this.#notes = notesOf(graph);
    }
    this.#known = { graph, runs: this.#runs, marks: marksOf(graph, this.#runs) };
    const { changes, told } = changesOf(this.#told, { ...this.#known, notes: this.#notes });
    this.#told = told;
    for (let at = 0; at < changes.length; at += MOST_CHANGES) {
      this.#version += 1;
      this.#effects.publish(GRAPH.changed, { version: this.#version, cells: changes.slice(at, at + MOST_CHANGES) });
    }
  }
}

/** Typing inside a cell changes its source and seldom its names. */
function sameLinks(a: readonly GraphCell[], b: readonly GraphCell[]): boolean {
  return a.length === b.length && a.every(({ id, names }, at) => id === b[at]?.id && names === b[at]?.names);
}
