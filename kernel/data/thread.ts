import type { MessagePort } from 'node:worker_threads';
import type { EngineResult } from '@daybook/shared/ports/run-context';
import type { EngineQuery } from './engine.ts';
import type { WireError } from './wire-error.ts';

/**
 * Messages between the executor's main thread and the data worker. Both are built together and
 * trust each other; what a host sends over the socket is checked in serve.ts.
 */
export interface DataWorkerData {
  readonly kernelId: string;
  readonly cwd: string;
  readonly workspace: string;
  /** Descriptor of the duplex socket to the host. */
  readonly fd?: number;
  /** One int: becomes 1 when the worker has ended, for a main thread that is blocked on it. */
  readonly ended: SharedArrayBuffer;
}

export type ToWorker =
  | { readonly type: 'query'; readonly key: number; readonly sql: string; readonly options: EngineQuery }
  | { readonly type: 'arrow'; readonly key: number; readonly idOrName: string }
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

export type FromWorker =
  | { readonly type: 'answer'; readonly key: number; readonly value: EngineResult | Uint8Array }
  | { readonly type: 'error'; readonly key: number; readonly error: WireError };

export type ArrowAnswer = { readonly bytes: Uint8Array } | { readonly error: WireError };
