import { AsyncResource, executionAsyncId, executionAsyncResource } from 'node:async_hooks';
import { types } from 'node:util';
import { type CellRun, owningRun } from './cell-run.ts';

/**
 * Ends what an interrupted cell left going in code that no checkpoint is in: a library that
 * swallows every failure around an `await` and goes on. Nothing is terminated, so nothing else can
 * be hit. What such a flow does is followed from one promise, timer or request to the next; one
 * that has taken many steps by itself, while no cell ran, gets promises that never settle and
 * timers that do nothing, and with that it is over.
 *
 * A flow is what was under way when the interrupt came, and what comes from it. A connection or a
 * server that the cell opened is none: what it hears later begins anew. Steps while a cell runs do
 * not count: the cell may be what makes them, as one that uses a client whose reader began in the
 * interrupted cell.
 */
export interface Runaways {
  /** `run` was interrupted: what it has under way from now on is followed. */
  follow(run: CellRun): void;
  /** Looks at something asynchronous that begins, as the `init` of an async hook tells it. Never throws. */
  began(type: string, resource: object): void;
}

export interface RunawayOptions {
  /** Whether no cell runs. */
  readonly idle: () => boolean;
  /** Steps one after another that a flow may take to come to its end. */
  readonly mostSteps?: number;
}

export function runaways({ idle, mostSteps = 1_000 }: RunawayOptions): Runaways {
  /** The last async id before the interrupt of a run. */
  const ends = new WeakMap<CellRun, number>();
  /** How many steps of a flow came before this one. */
  const steps = new WeakMap<object, number>();
  let any = false;

  /** Steps so far of the flow whose code this is; undefined where it is of none. */
  const taken = (): number | undefined => {
    const run = owningRun();
    const end = run === undefined ? undefined : ends.get(run);
    if (end === undefined) return undefined;
    const current = executionAsyncResource();
    return steps.get(current) ?? (executionAsyncId() <= end && happensOnce(current) ? 0 : undefined);
  };
  return {
    follow(run) {
      ends.set(run, new AsyncResource('DaybookInterrupt').asyncId());
      any = true;
    },
    began(type, resource) {
      if (!any) return;
      const before = taken();
      if (before === undefined) return;
      const now = before + (idle() ? 1 : 0);
      steps.set(resource, now);
      if (now > mostSteps) silence(type, resource);
    },
  };
}

/** Whether a rejected promise is one whose flow was ended: nobody is to hear of it. */
export function isSilenced(promise: unknown): boolean {
  return types.isPromise(promise) && Object.getPrototypeOf(promise) === SILENT;
}

/** A resource that calls back once; others, such as sockets, bring what others caused. */
function happensOnce(resource: object): boolean {
  return (
    types.isPromise(resource) || /^(Timeout|Immediate|FSReqCallback|FSReqPromise)$/.test(resource.constructor?.name)
  );
}

/** Promises of this kind are waited for through `then`, which never calls back. */
const SILENT: object = Object.create(Promise.prototype, {
  constructor: { value: function Silent() {} },
  // biome-ignore lint/suspicious/noThenProperty: that is what keeps waiting code waiting
  then: { value: forever },
  catch: { value: forever },
  finally: { value: forever },
});

function forever(this: unknown): unknown {
  return this;
}

function nothing(): void {}

function silence(type: string, resource: object): void {
  if (type === 'Timeout' && '_onTimeout' in resource) resource._onTimeout = nothing;
  else if (type === 'Immediate' && '_onImmediate' in resource) resource._onImmediate = nothing;
  else if (type === 'PROMISE' && !amongNodesOwn()) Object.setPrototypeOf(resource, SILENT);
}

/**
 * Whether Node's own code made this for itself. It must come to its end: files are to be closed,
 * and other cells share what it keeps, such as modules that load. What it makes for a library counts
 * as the library's.
 */
function amongNodesOwn(): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = FRAMES;
    Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getFileName() ?? '');
    const { stack } = new Error() as unknown as { stack: readonly string[] };
    const hooks = stack.findLastIndex((file) => /^node:internal\/(async_hooks|promise_hooks)$/.test(file));
    const makers = stack.slice(hooks + 1, hooks + 3);
    return makers.every((file) => file.startsWith('node:'));
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Enough for those of the hook and the two that count. */
const FRAMES = 12;
