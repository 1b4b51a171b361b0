import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import { fromWireError } from '../data/wire-error.ts';
import type { FromWorker, LanguageWorkerData, NotebookText, QuestionKind, Questions, ToWorker } from './thread.ts';

export interface LanguageClientOptions {
  /** The worker's built module; by default the one beside the bundle this code is in. */
  readonly url?: URL;
  readonly globals?: string;
  /** Memory for the worker's objects. It ends when it needs more, and starts again. */
  readonly heapMb?: number;
  /** How long one question may take, in ms: one that takes longer costs the worker its life. */
  readonly patience?: number;
}

interface Job {
  readonly key: string;
  readonly kind: QuestionKind;
  readonly body: unknown;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Questions whose answer nobody waits for once the next one of their kind is asked. */
const REPLACED = new Set<QuestionKind>(['complete', 'inspect', 'signature', 'details']);
/** Questions that wait for all others. */
const LATER = new Set<QuestionKind>(['diagnostics', 'warm']);
/** Ends without an answer in a row after which the service rests, and for how long. */
const MOST_ENDS = 3;
const REST_MS = 60_000;
const STACK_MB = 64;

/**
 * The language worker as kernels use it: one for all of a host's, started by the first question.
 * It is told a notebook's change only when something is asked about it. One question is under way
 * at a time; a newer one of the same kind takes the place of one that waits. A worker that ends
 * costs the question it had; the next one starts another.
 */
export class LanguageClient {
  readonly #options: Required<LanguageClientOptions>;
  readonly #notebooks = new Map<string, NotebookText>();
  /** What the worker that runs now has been told. */
  readonly #told = new Map<string, NotebookText>();
  readonly #answered = new Set<string>();
  readonly #queue: Job[] = [];
  #worker: Worker | undefined;
  #current: Job | undefined;
  #watch: NodeJS.Timeout | undefined;
  #ids = 0;
  #ends = 0;
  #restUntil = 0;

  constructor({
    url = new URL('./language-worker.js', import.meta.url),
    globals = join(import.meta.dirname, 'globals'),
    heapMb = 1_024,
    patience = 120_000,
  }: LanguageClientOptions = {}) {
    this.#options = { url, globals, heapMb, patience };
  }

  /** How a notebook is now. Costs nothing until something is asked. */
  tell(notebook: NotebookText): void {
    this.#notebooks.set(notebook.key, notebook);
  }

  /** Forgets a notebook; the worker ends with the last one. */
  close(key: string): void {
    this.#notebooks.delete(key);
    this.#answered.delete(key);
    this.#drop((job) => job.key === key);
    if (this.#told.delete(key)) this.#post({ type: 'close', key });
    if (this.#notebooks.size === 0) this.end();
  }

  /** Whether a question about this notebook is answered in a moment, without waiting for a start. */
  warm(key: string): boolean {
    return this.#answered.has(key);
  }

  /** Rejects with CancelledError when a newer question of its kind came first, and with DaybookError. */
  ask<K extends QuestionKind>(key: string, kind: K, body: Questions[K]['ask']): Promise<Questions[K]['answer']> {
    if (!this.#notebooks.has(key)) return Promise.reject(new CancelledError('The notebook is gone.'));
    if (Date.now() < this.#restUntil) return Promise.reject(unavailable());
    if (REPLACED.has(kind)) this.#drop((job) => job.key === key && job.kind === kind);
    return new Promise<Questions[K]['answer']>((resolve, reject) => {
      this.#queue.push({ key, kind, body, resolve: resolve as (value: unknown) => void, reject });
      this.#next();
    });
  }

  /** Ends the worker. A later question starts another. */
  end(): void {
    const worker = this.#worker;
    this.#forget();
    void worker?.terminate();
    this.#drop(() => true);
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const at = this.#queue.findIndex(({ kind }) => !LATER.has(kind));
    const [job] = this.#queue.splice(Math.max(at, 0), 1);
    if (job === undefined) return;
    this.#current = job;
    const worker = this.#start();
    this.#update(job.key);
    this.#ids += 1;
    this.#post({ type: 'ask', id: this.#ids, key: job.key, kind: job.kind, body: job.body } as ToWorker);
    this.#watch = setTimeout(() => void worker.terminate(), this.#options.patience);
    this.#watch.unref();
  }

  /** Tells the worker what is new in a notebook. */
  #update(key: string): void {
    const now = this.#notebooks.get(key);
    const before = this.#told.get(key);
    if (now === undefined || now === before) return;
    this.#told.set(key, now);
    const sources = new Map(before?.cells.map(({ id, source }) => [id, source]));
    const cells = now.cells.map(({ id, source }) => (sources.get(id) === source ? { id } : { id, source }));
    this.#post({ type: 'notebook', change: { ...now, cells } });
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const { url, globals, heapMb } = this.#options;
    const workerData: LanguageWorkerData = { globals };
    const worker = new Worker(url, {
      workerData,
      name: 'daybook-language',
      execArgv: [],
      // Types that follow each other through a thousand cells are a thousand calls deep.
      resourceLimits: { maxOldGenerationSizeMb: heapMb, stackSizeMb: STACK_MB },
    });
    worker.unref();
    worker.on('message', (message: FromWorker) => {
      if (this.#worker === worker) this.#receive(message);
    });
    // Its end follows.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#ended();
    });
    this.#worker = worker;
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.type === 'ready') return;
    const job = this.#current;
    clearTimeout(this.#watch);
    this.#current = undefined;
    this.#ends = 0;
    if (job !== undefined) {
      if (message.type === 'failed') job.reject(fromWireError(message.error));
      else {
        if (this.#notebooks.has(job.key)) this.#answered.add(job.key);
        job.resolve(message.value);
      }
    }
    this.#next();
  }

  #ended(): void {
    const job = this.#current;
    this.#forget();
    this.#ends += 1;
    if (this.#ends >= MOST_ENDS) {
      this.#ends = 0;
      this.#restUntil = Date.now() + REST_MS;
      this.#drop(() => true);
    }
    job?.reject(unavailable());
    this.#next();
  }

  #forget(): void {
    clearTimeout(this.#watch);
    this.#worker = undefined;
    this.#current = undefined;
    this.#told.clear();
    this.#answered.clear();
  }

  #drop(which: (job: Job) => boolean): void {
    const dropped = this.#queue.filter(which);
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter((job) => !dropped.includes(job)));
    for (const { reject } of dropped) reject(new CancelledError('A newer question came first.'));
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}

function unavailable(): DaybookError {
  return new DaybookError(
    'language_service_ended',
    'Types are not known right now: the language service had to start again.',
    {
      status: 503,
      action: 'Ask again in a moment.',
    },
  );
}

let shared: LanguageClient | undefined;

/** The one language service of this process. */
export function sharedLanguage(): LanguageClient {
  shared ??= new LanguageClient();
  return shared;
}
