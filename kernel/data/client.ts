import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import type { CancelSignal, DataQueries, EngineResult, QueryOptions } from '@daybook/shared/ports/run-context';
import type { EngineQuery, Put } from './engine.ts';
import { buffersOf, type TablePayload } from './tables/payload.ts';
import type { ArrowAnswer, ArrowOptions, DataWorkerData, FromWorker, ToWorker, WantedTable } from './thread.ts';
import { fromWireError, toWireError } from './wire-error.ts';

/** The data engine as the executor's main thread uses it. */
export interface DataClient extends DataQueries {
  query(sql: string, options?: ClientQuery): Promise<EngineResult>;
  /** A result, by id or by the name a cell gave it, as an Arrow IPC stream. Errors: `result_gone`. */
  arrow(idOrName: string, options?: ArrowOptions & { readonly signal?: CancelSignal }): Promise<Uint8Array>;
  /** Keeps a table of JavaScript values as a result. Its buffers are handed over. */
  put(payload: TablePayload, options?: Put & { readonly signal?: CancelSignal }): Promise<EngineResult>;
  /** Lets a result go. */
  drop(id: string): void;
  /** The same, blocking this thread until it is there. */
  arrowSync(idOrName: string): Uint8Array;
  /** Stops every running and waiting query; each rejects with CancelledError. Results stay. */
  interrupt(): void;
  /** Ends the worker and removes its temporary files. Idempotent. */
  close(): Promise<void>;
}

export interface ClientQuery extends QueryOptions, Pick<EngineQuery, 'limit' | 'prefer'> {
  /** Gives the table for a name in the SQL that is neither a table nor a file. */
  readonly want?: (name: string) => WantedTable | Promise<WantedTable>;
}

export interface DataClientOptions {
  readonly kernelId: string;
  /** Folder of the notebook. Absolute. */
  readonly cwd: string;
  /** Folder in which files are found by name. Absolute. */
  readonly workspace: string;
  /** DuckDB's memory limit; by default as settings.ts says. */
  readonly memoryBytes?: number;
  /** Descriptor of a duplex socket on which the worker serves results to the host. */
  readonly fd?: number;
}

interface Pending {
  resolve(value: EngineResult | Uint8Array): void;
  reject(error: Error): void;
  readonly want: ClientQuery['want'];
}

/** How long a blocked thread sleeps before it can be terminated or sees that the worker ended. */
const NAP_MS = 50;

/**
 * Starts the data worker. `url` is the worker's built module; by default the one next to the
 * bundle this code is in.
 */
export function startDataWorker(
  { fd, ...options }: DataClientOptions,
  url = new URL('./data-worker.js', import.meta.url),
): DataClient {
  const ended = new SharedArrayBuffer(4);
  const workerData: DataWorkerData = { ...options, ended, ...(fd === undefined ? {} : { fd }) };
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

  async query(sql: string, { signal, want, ...options }: ClientQuery = {}): Promise<EngineResult> {
    return (await this.ask((key) => ({ type: 'query', key, sql, options }), { signal, want })) as EngineResult;
  }

  async arrow(
    idOrName: string,
    { signal, ...options }: ArrowOptions & { readonly signal?: CancelSignal } = {},
  ): Promise<Uint8Array> {
    return (await this.ask((key) => ({ type: 'arrow', key, idOrName, options }), { signal })) as Uint8Array;
  }

  async put(
    payload: TablePayload,
    { signal, ...options }: Put & { readonly signal?: CancelSignal } = {},
  ): Promise<EngineResult> {
    const asked = this.ask((key) => ({ type: 'put', key, payload, options }), { signal }, buffersOf(payload));
    return (await asked) as EngineResult;
  }

  drop(id: string): void {
    if (this.failure === undefined) this.post({ type: 'drop', id });
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

  private ask(
    request: (key: number) => ToWorker,
    { signal, want }: { readonly signal?: CancelSignal | undefined; readonly want?: ClientQuery['want'] },
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<EngineResult | Uint8Array> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (signal?.aborted === true) return Promise.reject(new CancelledError('The query was cancelled before it began.'));
    const key = this.nextKey++;
    const cancel = (): void => this.post({ type: 'cancel', key });
    return new Promise<EngineResult | Uint8Array>((resolve, reject) => {
      this.post(request(key), transfer);
      if (this.pending.size === 0) this.worker.ref();
      this.pending.set(key, { resolve, reject, want });
      signal?.addEventListener('abort', cancel, { once: true });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  private post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  /** The worker waits in the middle of a script: it gets an answer whatever happens. */
  private async answerWant({ want, key, name }: Extract<FromWorker, { type: 'want' }>): Promise<void> {
    const find = async (): Promise<WantedTable> => (await this.pending.get(key)?.want?.(name)) ?? { kind: 'none' };
    const answer = await find().catch((error: unknown): WantedTable => ({ kind: 'error', error: toWireError(error) }));
    const buffers = answer.kind === 'table' ? buffersOf(answer.payload) : [];
    if (this.failure === undefined) this.post({ type: 'wanted', want, answer }, buffers);
  }

  private settle(message: FromWorker): void {
    if (message.type === 'want') {
      void this.answerWant(message);
      return;
    }
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
