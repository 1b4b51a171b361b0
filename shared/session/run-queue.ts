/**
 * The queue of one kernel's runs as a pure machine: `reduce(queue, operation)` gives the next queue
 * and what to do. One run is with the kernel at a time; the others wait here, so that each can be
 * taken back. Cells that were requested together are a batch: when one of them fails, the rest of
 * its batch does not run, and what others asked for goes on.
 */
export interface RunQueue {
  /** The run the kernel has. */
  readonly active: QueuedRun | undefined;
  /** In the order in which they will run. */
  readonly waiting: readonly QueuedRun[];
}

export interface QueuedRun {
  readonly id: string;
  /** Names the request that it came with. */
  readonly batch: string;
}

/**
 * `stale`: it did not run and will not, because something before it failed, or somebody took it
 * back. `interrupted`: it ended because somebody or something wanted it to.
 */
export const RUN_STATES = ['queued', 'running', 'done', 'error', 'interrupted', 'stale'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** How the kernel said that a run ended. */
export type RunEnd =
  | { readonly status: 'ok' }
  | { readonly status: 'aborted' }
  | { readonly status: 'error'; readonly ename: string; readonly evalue: string };

export type RunOperation =
  | { readonly type: 'request'; readonly runs: readonly QueuedRun[] }
  | { readonly type: 'finished'; readonly run: string; readonly end: RunEnd }
  /** Takes runs back that still wait; others are left alone. */
  | { readonly type: 'cancel'; readonly runs: readonly string[] }
  /** Somebody interrupts the kernel: what runs answers for itself. */
  | { readonly type: 'interrupt' }
  /** The kernel is gone, and nothing more comes of what it had. */
  | { readonly type: 'gone'; readonly why: string }
  /** The run that has its turn cannot begin, for a reason that is none for the rest of its batch. */
  | { readonly type: 'skip'; readonly run: string; readonly why: string };

export type RunAction =
  | { readonly type: 'start'; readonly run: QueuedRun }
  | {
      readonly type: 'settle';
      readonly run: QueuedRun;
      readonly state: RunState;
      /** Why it did not run or was interrupted, as a sentence. */
      readonly why?: string;
      /** The kernel ended by itself: the run may be asked for again as it was. */
      readonly paused?: true;
    };

export const EMPTY_QUEUE: RunQueue = { active: undefined, waiting: [] };

/** What a kernel's error says when the kernel, and not the cell, came to an end. */
const KERNEL_ENDED = 'KernelEnded';
const KERNEL_RESTARTED = 'KernelRestarted';
const INTERRUPTED: ReadonlySet<string> = new Set(['Interrupted', 'KeyboardInterrupt', KERNEL_RESTARTED]);

export function reduce(queue: RunQueue, operation: RunOperation): readonly [RunQueue, readonly RunAction[]] {
  switch (operation.type) {
    case 'request':
      return next({ ...queue, waiting: [...queue.waiting, ...operation.runs] }, []);
    case 'finished':
      return finish(queue, operation.run, operation.end);
    case 'cancel': {
      const ids = new Set(operation.runs);
      return drop(queue, ({ id }) => ids.has(id), 'It was taken back before it ran.');
    }
    case 'interrupt':
      return drop(queue, () => true, 'The kernel was interrupted before it ran.');
    case 'gone': {
      const { active } = queue;
      const ended: RunAction[] =
        active === undefined ? [] : [{ type: 'settle', run: active, state: 'interrupted', why: operation.why }];
      const [rest, dropped] = drop({ ...queue, active: undefined }, () => true, operation.why);
      return [rest, [...ended, ...dropped]];
    }
    case 'skip': {
      const { active } = queue;
      if (active?.id !== operation.run) return [queue, []];
      return next({ ...queue, active: undefined }, [stale(active, operation.why)]);
    }
  }
}

function finish(queue: RunQueue, id: string, end: RunEnd): readonly [RunQueue, readonly RunAction[]] {
  const { active } = queue;
  // Told twice, or of one that was given up meanwhile.
  if (active?.id !== id) return [queue, []];
  const freed = { ...queue, active: undefined };
  if (end.status === 'ok') return next(freed, [{ type: 'settle', run: active, state: 'done' }]);
  if (end.status === 'aborted') {
    const why = 'Something before it in the kernel failed.';
    return next(...dropBatch(freed, active, [{ type: 'settle', run: active, state: 'stale', why }]));
  }
  const { ename, evalue } = end;
  const why = evalue === '' ? ename : evalue;
  if (ename === KERNEL_ENDED || ename === KERNEL_RESTARTED) {
    // Whatever waits counted on variables that are gone.
    const paused = ename === KERNEL_ENDED;
    const state = paused ? 'error' : 'interrupted';
    const waiting = freed.waiting.map((run): RunAction => ({ ...stale(run, why), ...(paused ? { paused } : {}) }));
    return [EMPTY_QUEUE, [{ type: 'settle', run: active, state, why }, ...waiting]];
  }
  const state = INTERRUPTED.has(ename) ? 'interrupted' : 'error';
  return next(...dropBatch(freed, active, [{ type: 'settle', run: active, state, why }]));
}

function dropBatch(
  queue: RunQueue,
  { batch }: QueuedRun,
  actions: readonly RunAction[],
): readonly [RunQueue, readonly RunAction[]] {
  const [rest, dropped] = drop(queue, (run) => run.batch === batch, 'A cell before it failed.');
  return [rest, [...actions, ...dropped]];
}

function drop(
  queue: RunQueue,
  test: (run: QueuedRun) => boolean,
  why: string,
): readonly [RunQueue, readonly RunAction[]] {
  const dropped = queue.waiting.filter(test);
  if (dropped.length === 0) return [queue, []];
  const waiting = queue.waiting.filter((run) => !test(run));
  return [{ ...queue, waiting }, dropped.map((run) => stale(run, why))];
}

const stale = (run: QueuedRun, why: string): RunAction => ({ type: 'settle', run, state: 'stale', why });

function next(queue: RunQueue, actions: readonly RunAction[]): readonly [RunQueue, readonly RunAction[]] {
  const [run, ...waiting] = queue.waiting;
  if (queue.active !== undefined || run === undefined) return [queue, actions];
  return [{ active: run, waiting }, [...actions, { type: 'start', run }]];
}
