import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { PIPES } from '../protocol/wire.ts';

/** Control worker → main thread: end request `id`. Said again until the interrupt has ended. */
export interface InterruptMessage {
  readonly id: number;
}

export interface WorkerData {
  readonly flags: SharedArrayBuffer;
  readonly inputs: MessagePort;
  readonly fd: number;
  /** Bytes of resident memory above which the host is told. */
  readonly memoryLimit: number;
  /** Folders that go with the kernel. */
  readonly outputs: readonly string[];
}

/**
 * Shared between the two threads. `inputReady`: 1 when an answer to an input request lies in the
 * port. `round`: counts interrupts, and their ends. `target`: the request that the current one is to end.
 * `running`: the cell the main thread is at, 0 between cells. `state`: who may act on the current
 * interrupt. The worker may terminate the main thread's code only while it holds `terminating` and
 * the target runs (or no cell does, for long), and the main thread may announce the end of a cell only from `open` or `ended`;
 * so no termination can hit the next cell. `guarded`: 1 while the main thread does what must not be
 * broken off; each side raises its own flag first and then looks at the other's. `posted`: 1 once
 * the termination of `terminating` has been handed to V8.
 */
export const FLAG = { inputReady: 0, round: 1, state: 2, target: 3, running: 4, guarded: 5, posted: 6 } as const;
export const STATE = { ended: 0, open: 1, terminating: 2 } as const;

export interface Control {
  /** Calls `ask`, then blocks the thread until the user has answered. */
  waitForInput(ask: () => void): string;
  /** Grows with every interrupt. Compiled cells read it at every `await`: keep it one plain memory access. */
  readonly rounds: { readonly [index: number]: number };
  /** Whether an interrupt of this request is under way. */
  interrupting(id: number): boolean;
  /** Whether no cell runs. */
  idle(): boolean;
  /** Does `work`, short and in a callback or cell, without being terminated in it. */
  guard<T>(work: () => T): T;
  /** Raises the count, so that what begins from now on differs from what began while an interrupt was under way. */
  advance(): void;
  /** From now on an interrupt may terminate this thread for the cell `id`. */
  begin(id: number): void;
  /**
   * Ends that. False while a termination is on its way: it hits this thread soon, and `onInterrupt`
   * follows it. Only then is it safe to go on to anything else.
   */
  release(id: number): boolean;
  /**
   * Lets a termination through that was thrown where nothing passed it on. One that lands in Node's
   * hook for rejected promises, or in a callback from the garbage collector, stays pending in V8,
   * which then refuses every further one as “in progress”, until some native function is called.
   * A loop of microtasks calls none: call this from where such a loop must come by.
   */
  letThrough(): void;
}

/** A termination that hits nothing in so many calls of native functions, and so many ms, is lost. */
const LOST_CALLS = 10_000;
const LOST_MS = 100;

/** Starts the control worker. `onInterrupt` is called once per interrupt, when it is safe to end the request. */
export function startControl(
  options: Pick<WorkerData, 'memoryLimit' | 'outputs'> & { readonly onInterrupt: (id: number) => void },
): Control {
  const flags = new SharedArrayBuffer(4 * Object.keys(FLAG).length);
  const shared = new Int32Array(flags);
  const { uptime } = process;
  const now = performance.now.bind(performance);
  // Cells may replace the global.
  const later = setImmediate;
  const { port1, port2 } = new MessageChannel();
  const { memoryLimit, outputs } = options;
  const data: WorkerData = { flags, inputs: port2, fd: PIPES.control, memoryLimit, outputs };
  const worker = new Worker(join(import.meta.dirname, 'control-worker.js'), {
    workerData: data,
    transferList: [port2],
  });
  const letThrough = () => {
    if (shared[FLAG.state] === STATE.terminating) uptime();
  };
  /**
   * Waits for a termination to hit. One that was thrown already, and ended nothing because native code
   * ignored it, is told of only when this callback has ended: V8 hits at once what calls it
   * so often, so once it had it for long enough it will not come any more.
   */
  const awaitTermination = () => {
    for (let calls = 0, since = 0; Atomics.load(shared, FLAG.state) === STATE.terminating; calls += 1) {
      letThrough();
      if (Atomics.load(shared, FLAG.posted) === 0) calls = 0;
      else if (calls === 0) since = now();
      else if (calls > LOST_CALLS && now() - since > LOST_MS)
        Atomics.compareExchange(shared, FLAG.state, STATE.terminating, STATE.open);
    }
  };
  const close = () => Atomics.compareExchange(shared, FLAG.state, STATE.open, STATE.ended);
  worker.on('message', ({ id }: InterruptMessage) => {
    // A turn later: what a terminated cell left in the tick queue comes before, and must be terminated too.
    later(() => {
      if (id === Atomics.load(shared, FLAG.target) && close() === STATE.open) options.onInterrupt(id);
    });
  });
  return {
    rounds: shared.subarray(FLAG.round, FLAG.round + 1),
    interrupting: (id) => Atomics.load(shared, FLAG.state) !== STATE.ended && Atomics.load(shared, FLAG.target) === id,
    idle: () => shared[FLAG.running] === 0,
    guard(work) {
      // Inside another guard, that one's end counts.
      if (Atomics.exchange(shared, FLAG.guarded, 1) === 1) return work();
      while (Atomics.load(shared, FLAG.state) === STATE.terminating) {
        // A termination is on its way: it hits in the inner loop, before anything has begun.
        Atomics.store(shared, FLAG.guarded, 0);
        awaitTermination();
        Atomics.store(shared, FLAG.guarded, 1);
      }
      try {
        return work();
      } finally {
        Atomics.store(shared, FLAG.guarded, 0);
      }
    },
    advance: () => {
      Atomics.add(shared, FLAG.round, 1);
    },
    begin: (id) => {
      Atomics.store(shared, FLAG.running, id);
    },
    release(id) {
      Atomics.compareExchange(shared, FLAG.running, id, 0);
      return close() !== STATE.terminating;
    },
    letThrough,
    waitForInput(ask) {
      // An answer to a question that was interrupted answers nothing any more.
      while (receiveMessageOnPort(port1) !== undefined) Atomics.store(shared, FLAG.inputReady, 0);
      ask();
      Atomics.wait(shared, FLAG.inputReady, 0);
      Atomics.store(shared, FLAG.inputReady, 0);
      return String(receiveMessageOnPort(port1)?.message ?? '');
    },
  };
}
