import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import type { CancelSignal, DataQueries, EngineResult, QueryOptions } from '@daybook/shared/ports/run-context';
import type { ArrowAnswer, DataWorkerData, FromWorker, ToWorker } from './thread.ts';
import { fromWireError } from './wire-error.ts';

/** The data engine as the executor's main thread uses it. */
export interface DataClient extends DataQueries {
  /** A result, by id or by the name a cell gave it, as an Arrow IPC stream. Errors: `result_gone`. */
  arrow(idOrName: string): Promise<Uint8Array>;
  /** The same, blocking this thread until it is there. */
  arrowSync(idOrName: string): Uint8Array;
  /** Stops every running and waiting query; each rejects with CancelledError. Results stay. */
  interrupt(): void;
  /** Ends the worker and removes its temporary files. Idempotent. */
  close(): Promise<void>;
}

export interface DataClientOptions {
  readonly kernelId: string;
  /** Folder of the notebook. Absolute. */
  readonly cwd: string;
  /** Folder in which files are found by name. Absolute. */
  readonly workspace: string;
  /** Descriptor of a duplex socket on which the worker serves results to the host. */
  readonly fd?: number;
}

interface Pending {
  resolve(value: EngineResult | Uint8Array): void;
  reject(error: Error): void;
}

/** How long a blocked thread sleeps before it can be terminated or sees that the worker ended. */
const NAP_MS = 50;

/**
 * Starts the data worker. `url` is the worker's built module; by default the one next to the
 * bundle this code is in.
 */
export function startDataWorker(
  { kernelId, cwd, workspace, fd }: DataClientOptions,
  url = new URL('./data-worker.js', import.meta.url),
): DataClient {
  const ended = new SharedArrayBuffer(4);
  const workerData: DataWorkerData = { kernelId, cwd, workspace, ended, ...(fd === undefined ? {} : { fd }) };
  return new WorkerClient(new Worker(url, { workerData, name: 'daybook-data', execArgv: [] }), new Int32Array(ended));
}

class WorkerClient implements DataClient {
  private readonly worker: Worker;
  private readonly ended: Int32Array;
  private readonly pending = new Map<number, Pending>();
  private readonly exited: Promise<void>;
  private failure: Error | undefined;
  private nextKey = 1;

  constructor(worker: Worker, ended: Int32Array) {
    this.worker = worker;
    this.ended = ended;
    worker.on('message', (message: FromWorker) => this.settle(message));
    worker.on('error', (error) => this.fail(engineFailed(error)));
    this.exited = new Promise((resolve) => {
      worker.on('exit', () => {
        this.fail(this.failure ?? engineFailed());
        resolve();
      });
    });
    // The worker alone keeps no process alive; a query that somebody waits for does.
    worker.unref();
  }

  async query(sql: string, { signal, ...options }: QueryOptions = {}): Promise<EngineResult> {
    return (await this.ask((key) => ({ type: 'query', key, sql, options }), signal)) as EngineResult;
  }

  async arrow(idOrName: string): Promise<Uint8Array> {
    return (await this.ask((key) => ({ type: 'arrow', key, idOrName }))) as Uint8Array;
  }

  arrowSync(idOrName: string): Uint8Array {
    if (this.failure !== undefined) throw this.failure;
    const { port1, port2 } = new MessageChannel();
    const done = new SharedArrayBuffer(4);
    const flag = new Int32Array(done);
    this.worker.postMessage({ type: 'arrow-sync', idOrName, port: port2, done } satisfies ToWorker, [port2]);
    try {
      while (Atomics.wait(flag, 0, 0, NAP_MS) === 'timed-out') {
        if (Atomics.load(this.ended, 0) === 1) throw engineFailed();
      }
      const answer = receiveMessageOnPort(port1)?.message as ArrowAnswer | undefined;
      if (answer === undefined) throw engineFailed();
      if ('error' in answer) throw fromWireError(answer.error);
      return answer.bytes;
    } finally {
      port1.close();
    }
  }

  interrupt(): void {
    this.post({ type: 'interrupt' });
  }

  async close(): Promise<void> {
    this.failure ??= new CancelledError('The data engine was closed.');
    this.post({ type: 'close' });
    await this.exited;
  }

  private ask(request: (key: number) => ToWorker, signal?: CancelSignal): Promise<EngineResult | Uint8Array> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (signal?.aborted === true) return Promise.reject(new CancelledError('The query was cancelled before it began.'));
    const key = this.nextKey++;
    const cancel = (): void => this.post({ type: 'cancel', key });
    return new Promise<EngineResult | Uint8Array>((resolve, reject) => {
      this.post(request(key));
      if (this.pending.size === 0) this.worker.ref();
      this.pending.set(key, { resolve, reject });
      signal?.addEventListener('abort', cancel, { once: true });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private settle(message: FromWorker): void {
    const pending = this.pending.get(message.key);
    this.pending.delete(message.key);
    if (this.pending.size === 0) this.worker.unref();
    if (message.type === 'answer') pending?.resolve(message.value);
    else pending?.reject(fromWireError(message.error));
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.pending.values()) reject(this.failure);
    this.pending.clear();
  }
}

function engineFailed(cause?: unknown): DaybookError {
  const detail = cause instanceof Error ? ` ${cause.message}` : '';
  return new DaybookError('data_engine_ended', `The data engine of this kernel has ended.${detail}`, {
    status: 500,
    action: 'Restart the kernel.',
    cause,
  });
}
