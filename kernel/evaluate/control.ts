import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { PIPES } from '../protocol/wire.ts';

/** Control worker → main thread: end request `id`. Said again until the round has ended. */
export interface InterruptMessage {
  readonly round: number;
  readonly id: number;
}

export interface WorkerData {
  readonly flags: SharedArrayBuffer;
  readonly inputs: MessagePort;
  readonly fd: number;
  /** Bytes of resident memory above which the host is told. */
  readonly memoryLimit: number;
}

/**
 * Shared between the two threads. `inputReady`: 1 when an answer to an input request lies in the
 * port. `round`: counts interrupts. `state`: who may act on the current one. The worker may
 * terminate the main thread's code only while it holds `terminating`, and the main thread may end
 * the cell only from `open`; after `ended` no termination can hit the next cell.
 */
export const FLAG = { inputReady: 0, round: 1, state: 2 } as const;
export const STATE = { ended: 0, open: 1, terminating: 2 } as const;

export interface Control {
  /** Calls `ask`, then blocks the thread until the user has answered. */
  waitForInput(ask: () => void): string;
}

/** Starts the control worker. `onInterrupt` is called once per interrupt, when it is safe to end the request. */
export function startControl(options: { memoryLimit: number; onInterrupt: (id: number) => void }): Control {
  const flags = new SharedArrayBuffer(4 * Object.keys(FLAG).length);
  const shared = new Int32Array(flags);
  const { port1, port2 } = new MessageChannel();
  const data: WorkerData = { flags, inputs: port2, fd: PIPES.control, memoryLimit: options.memoryLimit };
  const worker = new Worker(join(import.meta.dirname, 'control-worker.js'), {
    workerData: data,
    transferList: [port2],
  });
  worker.on('message', ({ round, id }: InterruptMessage) => {
    if (round !== Atomics.load(shared, FLAG.round)) return;
    if (Atomics.compareExchange(shared, FLAG.state, STATE.open, STATE.ended) === STATE.open) options.onInterrupt(id);
  });
  return {
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
