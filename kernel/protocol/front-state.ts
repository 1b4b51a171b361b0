import type { JupyterHeader, JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Draft } from './message.ts';
import { OpenComms } from './open-comms.ts';
import type { ControlRequest, ExecutorEvent, ExecutorRequest } from './wire.ts';

/**
 * The protocol side of a kernel as a pure machine: `reduce(state, event)` gives the next state and
 * what to do. It owns the queue of requests, the execution count, history and comms; it knows
 * neither processes nor sockets. SPEC.md numbers the rules it keeps.
 */
export interface FrontState {
  readonly phase: Phase;
  /** Count of the last cell that counted. */
  readonly count: number;
  /** Requests on `shell` waiting for their turn. */
  readonly queue: readonly JupyterMessage[];
  readonly active: Active | undefined;
  readonly nextId: number;
  /** Who caused what: request id → the message. Old ones are forgotten. */
  readonly parents: ReadonlyMap<number, JupyterHeader>;
  readonly lastParent: JupyterHeader | undefined;
  /** Comms that cells or clients opened and that are open still. */
  readonly comms: OpenComms;
  /** The client whose answer to an input request is awaited. */
  readonly asking: JupyterHeader | undefined;
  /** Top-level names that cells declared since the executor started. */
  readonly names: ReadonlySet<string>;
  /** Executors that ended by themselves though no request ran, in a row. */
  readonly failedStarts: number;
  /** Characters that children of the executor printed for the request `parent`. */
  readonly raw: { readonly parent: string | undefined; readonly chars: number };
}

export type Phase = 'starting' | 'ready' | 'restarting' | 'autorestarting' | 'dead';

/** The request being served. */
export interface Active {
  readonly id: number;
  readonly message: JupyterMessage;
  /** With `execute_request`: the count it shows. */
  readonly count: number;
}

export type FrontEvent =
  | { readonly type: 'message'; readonly message: JupyterMessage }
  | { readonly type: 'executor'; readonly event: ExecutorEvent; readonly buffers?: readonly Uint8Array[] }
  | { readonly type: 'raw'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  /** What the host found out for a message that it was asked about. */
  | { readonly type: 'answered'; readonly message: JupyterMessage; readonly content: Record<string, unknown> }
  | { readonly type: 'stuck' }
  | { readonly type: 'crashed'; readonly reason: string }
  | { readonly type: 'interrupt' }
  | { readonly type: 'restart' }
  | { readonly type: 'shutdown' };

export type FrontAction =
  | { readonly type: 'emit'; readonly draft: Draft }
  | { readonly type: 'request'; readonly request: ExecutorRequest; readonly buffers?: readonly Uint8Array[] }
  | { readonly type: 'control'; readonly request: ControlRequest }
  /** A request of the kernel link: answered by the host, in its own time. */
  | { readonly type: 'serve'; readonly message: JupyterMessage }
  /** History and usage: the host finds the answer out and says `answered`. */
  | { readonly type: 'ask'; readonly message: JupyterMessage }
  /** A cell that counts begins, or has its value. Kept before anything that follows is done. */
  | { readonly type: 'note'; readonly line: number; readonly source: string }
  | { readonly type: 'note'; readonly line: number; readonly output: string }
  | { readonly type: 'session' }
  | { readonly type: 'start' }
  | { readonly type: 'end' }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };

export const INITIAL: FrontState = {
  phase: 'starting',
  count: 0,
  queue: [],
  active: undefined,
  nextId: 1,
  parents: new Map(),
  lastParent: undefined,
  comms: OpenComms.NONE,
  asking: undefined,
  names: new Set(),
  failedStarts: 0,
  raw: { parent: undefined, chars: 0 },
};
