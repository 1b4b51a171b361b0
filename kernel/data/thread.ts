import type { MessagePort } from 'node:worker_threads';
import type { EngineResult } from '@daybook/shared/ports/run-context';
import type { EngineQuery, Put } from './engine.ts';
import type { TablePayload } from './tables/payload.ts';
import type { WireError } from './wire-error.ts';

/**
 * Messages between the executor's main thread and the data worker. Both are built together and
 * trust each other; what a host sends over the socket is checked in serve.ts.
 */
export interface DataWorkerData {
  readonly kernelId: string;
  readonly cwd: string;
  readonly workspace: string;
  /** DuckDB's limit; by default as settings.ts says. */
  readonly memoryBytes?: number;
  /** Descriptor of the duplex socket to the host. */
  readonly fd?: number;
  /** One int: becomes 1 when the worker has ended, for a main thread that is blocked on it. */
  readonly ended: SharedArrayBuffer;
}

export type ToWorker =
  | { readonly type: 'query'; readonly key: number; readonly sql: string; readonly options: EngineQuery }
  | { readonly type: 'arrow'; readonly key: number; readonly idOrName: string; readonly options?: ArrowOptions }
  /** Keeps a table of JavaScript values as a result. */
  | { readonly type: 'put'; readonly key: number; readonly payload: TablePayload; readonly options: Put }
  /** Lets a result go that nobody will ask for. */
  | { readonly type: 'drop'; readonly id: string }
  /** Answers `want`. */
  | { readonly type: 'wanted'; readonly want: number; readonly answer: WantedTable }
  | {
      readonly type: 'arrow-sync';
      readonly idOrName: string;
      /** Gets one `ArrowAnswer`; then `done` becomes 1 and is notified. */
      readonly port: MessagePort;
      readonly done: SharedArrayBuffer;
    }
  | { readonly type: 'cancel'; readonly key: number }
  | { readonly type: 'interrupt' }
  | { readonly type: 'close' };

/** A name in SQL that is neither a table nor a file, as the main thread knows it. */
export type WantedTable =
  | { readonly kind: 'none' }
  | { readonly kind: 'table'; readonly payload: TablePayload }
  /** A query of its own, to be run in the same script. */
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly kind: 'error'; readonly error: WireError };

/** How a result becomes Arrow. */
export interface ArrowOptions {
  /** `rows`: types without a JavaScript value of their own come as text. Default `table`. */
  readonly as?: 'table' | 'rows';
  /** Bytes above which it fails with `result_too_large`. */
  readonly most?: number;
}

export type FromWorker =
  /** Asked while the query `key` runs. */
  | { readonly type: 'want'; readonly want: number; readonly key: number; readonly name: string }
  | { readonly type: 'answer'; readonly key: number; readonly value: EngineResult | Uint8Array }
  | { readonly type: 'error'; readonly key: number; readonly error: WireError };

export type ArrowAnswer = { readonly bytes: Uint8Array } | { readonly error: WireError };
