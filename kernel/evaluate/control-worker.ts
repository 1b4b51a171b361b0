import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { endStragglers, MARK } from '../isolation/stragglers.ts';
import { encodeFrame, FrameReader } from '../protocol/frames.ts';
import type { ControlEvent, ControlRequest } from '../protocol/wire.ts';
import { FLAG, type InterruptMessage, STATE, type WorkerData } from './control.ts';
import { familyMemory } from './family-memory.ts';
import { removeWholeOutput } from './whole-output.ts';

/**
 * The control worker: the part of the executor that still listens while a cell keeps the main
 * thread busy. An interrupt escalates: ask the main thread; after 30 ms terminate what it runs,
 * again and again; after 300 ms send SIGINT to the processes it may be waiting for. It goes on
 * until the main thread has ended the cell.
 */
const TERMINATE_MS = 30;
const AGAIN_MS = 50;
const MOST_AGAIN_MS = 1_000;
/** Before a cell has begun, only what an earlier one left behind can keep the main thread this long. */
const LEFTOVER_MS = 1_000;
/** Until the next try when the main thread must not be broken off. */
const GUARDED_MS = 2;
const SIGNAL_MS = 300;
const SIGNAL_AGAIN_MS = 500;
const STUCK_MS = 5_000;
const MEMORY_MS = 500;

const { flags, inputs, fd, memoryLimit, outputs } = workerData as WorkerData;
const shared = new Int32Array(flags);
const main = parentPort as MessagePort;
const session = new Session();
session.connectToMainThread();

const socket = new Socket({ fd, readable: true, writable: true });
const reader = new FrameReader();
socket.on('data', (chunk) => {
  for (const { value } of reader.push(chunk)) handle(value as ControlRequest);
});
// Without a host nothing of this kernel may live on, grandchildren included.
const endGroup = () => {
  const mark = process.env[MARK];
  if (mark !== undefined) endStragglers(mark);
  removeWholeOutput(outputs);
  process.kill(-process.pid, 'SIGKILL');
};
socket.on('end', endGroup);
socket.on('error', endGroup);

function handle(request: ControlRequest): void {
  if (request.type === 'interrupt') {
    interrupt(request.id);
    return;
  }
  inputs.postMessage(request.text);
  Atomics.store(shared, FLAG.inputReady, 1);
  Atomics.notify(shared, FLAG.inputReady);
}

/** The steps of the interrupt under way. */
let steps: NodeJS.Timeout[] = [];

function interrupt(id: number): void {
  const state = Atomics.load(shared, FLAG.state);
  // A second interrupt of the same request while one is under way adds nothing. One of another
  // request is told by the host when the one before is over: what is under way came too late for it.
  if (state !== STATE.ended && Atomics.load(shared, FLAG.target) === id) return;
  cancelSteps();
  if (state === STATE.terminating) {
    // It passes once some code runs there.
    main.postMessage({ id: Atomics.load(shared, FLAG.target) } satisfies InterruptMessage);
    steps.push(setTimeout(() => interrupt(id), GUARDED_MS));
    return;
  }
  Atomics.store(shared, FLAG.target, id);
  Atomics.add(shared, FLAG.round, 1);
  const message: InterruptMessage = { id };
  Atomics.store(shared, FLAG.state, STATE.open);
  main.postMessage(message);
  const began = performance.now();
  later(TERMINATE_MS, patiently, () => terminate(message, performance.now() - began));
  later(
    SIGNAL_MS,
    () => SIGNAL_AGAIN_MS,
    () => process.kill(-process.pid, 'SIGINT'),
  );
  later(
    STUCK_MS,
    () => STUCK_MS,
    () => tell({ type: 'stuck' }),
  );
}

/** Does `step` after `first` ms and then after gaps, each made of the one before, until the interrupt has ended. */
function later(first: number, again: (gap: number) => number, step: () => void): void {
  const repeat = (gap: number) => {
    if (Atomics.load(shared, FLAG.state) === STATE.ended) {
      cancelSteps();
      return;
    }
    step();
    steps.push(setTimeout(() => repeat(again(gap)), gap));
  };
  steps.push(setTimeout(() => repeat(again(0)), first));
}

/**
 * The main thread needs a moment to notice that its code has ended, on a busy machine a long one: a
 * termination that came then would hit whatever it does next.
 */
function patiently(gap: number): number {
  return Math.min(Math.max(AGAIN_MS, gap * 2), MOST_AGAIN_MS);
}

function cancelSteps(): void {
  for (const step of steps) clearTimeout(step);
  steps = [];
}

function terminate(message: InterruptMessage, waited: number): void {
  if (Atomics.load(shared, FLAG.state) === STATE.open) Atomics.store(shared, FLAG.posted, 0);
  const before = Atomics.compareExchange(shared, FLAG.state, STATE.open, STATE.terminating);
  // A termination takes effect when some code runs: give it some.
  if (before === STATE.terminating) main.postMessage(message);
  if (before !== STATE.open) return;
  const reopen = () => {
    // The main thread may have gone on without it, and may have ended the interrupt.
    if (Atomics.compareExchange(shared, FLAG.state, STATE.terminating, STATE.open) !== STATE.ended)
      main.postMessage(message);
  };
  // Nothing but the cell itself may be hit, unless it cannot begin for something left behind.
  const running = Atomics.load(shared, FLAG.running);
  const may = running === message.id || (running === 0 && waited > LEFTOVER_MS);
  const guarded = Atomics.load(shared, FLAG.guarded) === 1;
  if (guarded) steps.push(setTimeout(() => terminate(message, waited), GUARDED_MS));
  if (!may || guarded) {
    reopen();
    return;
  }
  session.post('Runtime.terminateExecution', reopen);
  Atomics.store(shared, FLAG.posted, 1);
}

setInterval(() => {
  const bytes = familyMemory();
  if (bytes > memoryLimit) tell({ type: 'memory', bytes, limit: memoryLimit });
}, MEMORY_MS);

function tell(event: ControlEvent): void {
  for (const part of encodeFrame(event)) socket.write(part);
}
