import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import { CancelledError } from '@daybook/shared/errors/error';
import type { MimeBundle } from '../protocol/wire.ts';
import type { OutputSink } from './capture.ts';
import type { WholeFile } from './whole-output.ts';

/** Characters of stdout and stderr, and what was displayed. */
export interface OutputBudget {
  printed: number;
  shown: { readonly outputs: number; readonly chars: number };
}

export interface RunOptions {
  readonly count: number | undefined;
  readonly stdin: boolean;
  readonly request?: number;
  readonly budget?: OutputBudget;
  readonly sink?: OutputSink | undefined;
}

/**
 * One run of one cell. It outlives its end: a timer or a callback that the cell left behind still
 * belongs to it, so that what it prints appears under the right cell.
 */
export class CellRun {
  readonly id: number;
  /** Execution count, as stack traces name the cell; undefined for a silent run. */
  readonly count: number | undefined;
  /** Whether this run may ask the user for input. */
  readonly stdin: boolean;
  readonly #controller = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout | NodeJS.Immediate>();
  #pruneAt = 1024;
  readonly #children = new Set<ChildProcess>();
  readonly #workers = new Set<Worker>();
  readonly #unfinished: Promise<unknown>[] = [];
  /** Top-level names the cell made so far. */
  declares: readonly string[] = [];
  result: MimeBundle | undefined;
  /** What it gave to the pager. */
  readonly pages: MimeBundle[] = [];
  /** Ended, in whatever way. */
  over = false;
  /** The request it serves; what it prints stands under the cell of the request `id`. */
  readonly request: number;
  /** What it printed and displayed so far, together with the handlers of comms that it opened. */
  readonly budget: OutputBudget;
  /** Takes its output in place of the page. */
  readonly sink: OutputSink | undefined;
  /** What of the text is shown, until the cell ends or a file takes over. */
  shownText: string[] = [];
  /** Where all of it goes, once it is too much to show. */
  whole: WholeFile | undefined;
  /** The round of the interrupt that ended it. */
  interrupted: number | undefined;

  constructor(id: number, options: RunOptions) {
    this.id = id;
    this.sink = options.sink;
    this.request = options.request ?? id;
    this.budget = options.budget ?? { printed: 0, shown: { outputs: 0, chars: 0 } };
    this.count = options.count;
    this.stdin = options.stdin;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Programs that the cell started and that still run. */
  get children(): ReadonlySet<ChildProcess> {
    return this.#children;
  }

  /** Ends what can be ended of the cell's own: its timers, its worker threads, and whatever listens to its signal. */
  cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer as NodeJS.Timeout);
    for (const timer of this.#timers) clearImmediate(timer as NodeJS.Immediate);
    this.#timers.clear();
    for (const worker of this.#workers) void worker.terminate();
    this.#controller.abort(new CancelledError('The cell was interrupted.'));
  }

  /** Keeps the cell running until `work` is done. */
  hold(work: Promise<unknown>): void {
    this.#unfinished.push(work);
  }

  async held(): Promise<void> {
    while (this.#unfinished.length > 0) await this.#unfinished.shift();
  }

  own(timer: NodeJS.Timeout | NodeJS.Immediate): void {
    this.#timers.add(timer);
    if (this.#timers.size < this.#pruneAt) return;
    for (const each of this.#timers) if (Reflect.get(each, '_destroyed') === true) this.#timers.delete(each);
    this.#pruneAt = Math.max(1024, this.#timers.size * 2);
  }

  ownChild(child: ChildProcess): void {
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
  }

  /** A thread that the cell started. One that comes after the interrupt ends at once. */
  ownWorker(worker: Worker): void {
    if (this.signal.aborted) {
      void worker.terminate();
      return;
    }
    this.#workers.add(worker);
    worker.once('exit', () => this.#workers.delete(worker));
  }
}

const storage = new AsyncLocalStorage<CellRun | undefined>();
let latest: CellRun | undefined;

/** Runs `body` as part of `run`, along every promise, timer and callback that starts there. */
export function within<T>(run: CellRun, body: () => T): T {
  latest = run;
  return storage.run(run, body);
}

/** Runs `body` as part of no cell. */
export function beside<T>(body: () => T): T {
  return storage.run(undefined, body);
}

/** The run whose code this is, if that is known. */
export function owningRun(): CellRun | undefined {
  return storage.getStore();
}

/** The run whose code this is; the latest one where that is unknown. */
export function currentRun(): CellRun | undefined {
  return storage.getStore() ?? latest;
}

/** Makes a run that what is printed before the first cell belongs to. */
export function startupRun(): void {
  const run = new CellRun(0, { count: undefined, stdin: false });
  run.over = true;
  within(run, () => undefined);
}
