import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { BugError } from '@daybook/shared/errors/error';
import { Engine } from './engine.ts';
import { serveResults } from './serve.ts';
import type { ArrowAnswer, DataWorkerData, FromWorker, ToWorker, WantedTable } from './thread.ts';
import { toWireError } from './wire-error.ts';

// The data worker: a thread of the executor that owns the engine, so that SQL runs and results
// are read while user code keeps the main thread busy.

const { kernelId, cwd, workspace, memoryBytes, fd, ended } = workerData as DataWorkerData;
const port = parentPort;
if (port === null) throw new BugError('the data worker was not started as a thread');

process.on('exit', () => Atomics.store(new Int32Array(ended), 0, 1));

let nextWant = 0;
const wants = new Map<number, (answer: WantedTable) => void>();

const engine = await Engine.create({
  kernelId,
  cwd,
  workspace,
  ...(memoryBytes === undefined ? {} : { memoryBytes }),
});
const socket = fd === undefined ? undefined : new Socket({ fd, readable: true, writable: true });
if (socket !== undefined) serveResults(socket, engine);

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'query':
      answer(message.key, engine.query(message.sql, { ...message.options, want: wanter(message.key) }, message.key));
      break;
    case 'arrow':
      answer(message.key, engine.arrow(message.idOrName, message.options, message.key));
      break;
    case 'put':
      answer(message.key, engine.put(message.payload, message.options, message.key));
      break;
    case 'drop':
      void engine.drop(message.id);
      break;
    case 'wanted':
      wants.get(message.want)?.(message.answer);
      wants.delete(message.want);
      break;
    case 'arrow-sync':
      void answerSync(message);
      break;
    case 'cancel':
      engine.cancel(message.key);
      break;
    case 'interrupt':
      engine.interrupt();
      break;
    case 'close':
      socket?.destroy();
      // Waits for queries to end; closing a connection that runs one would block this thread.
      void engine.close().finally(() => port.close());
      break;
  }
});

/** Asks the main thread for a table by its name. */
function wanter(key: number): (name: string) => Promise<WantedTable> {
  return (name) =>
    new Promise((resolve) => {
      nextWant += 1;
      wants.set(nextWant, resolve);
      send({ type: 'want', want: nextWant, key, name });
    });
}

function answer(key: number, work: Promise<Extract<FromWorker, { type: 'answer' }>['value']>): void {
  work.then(
    (value) => send({ type: 'answer', key, value }, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []),
    (error: unknown) => send({ type: 'error', key, error: toWireError(error) }),
  );
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function answerSync(message: Extract<ToWorker, { type: 'arrow-sync' }>): Promise<void> {
  const reply: ArrowAnswer = await engine.arrow(message.idOrName).then(
    (bytes) => ({ bytes }),
    (error: unknown) => ({ error: toWireError(error) }),
  );
  message.port.postMessage(reply, 'bytes' in reply ? [reply.bytes.buffer as ArrayBuffer] : []);
  const done = new Int32Array(message.done);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
  message.port.close();
}
