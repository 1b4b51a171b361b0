/**
 * What host and executor say to each other. One executor runs one request at a time; `id` counts
 * the requests of a kernel and marks everything that a request causes, also after its end.
 */
export type ExecutorRequest =
  | {
      readonly type: 'execute';
      readonly id: number;
      readonly source: string;
      /** Execution count shown in stack traces; undefined when the run is silent. */
      readonly count: number | undefined;
      readonly expressions: Readonly<Record<string, string>>;
      readonly stdin: boolean;
    }
  | { readonly type: 'complete'; readonly id: number; readonly code: string; readonly cursor: number }
  | {
      readonly type: 'inspect';
      readonly id: number;
      readonly code: string;
      readonly cursor: number;
      readonly detail: number;
    }
  | { readonly type: 'is_complete'; readonly id: number; readonly code: string }
  | CommMessage
  | { readonly type: 'prepare' };

export type ExecutorEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'stream'; readonly id: number; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'display';
      readonly id: number;
      readonly data: MimeBundle;
      readonly metadata: Record<string, unknown>;
      readonly displayId: string | undefined;
      readonly update: boolean;
    }
  | { readonly type: 'clear'; readonly id: number; readonly wait: boolean }
  | { readonly type: 'input'; readonly id: number; readonly prompt: string; readonly password: boolean }
  | CommMessage
  | { readonly type: 'done'; readonly id: number; readonly outcome: Outcome }
  | { readonly type: 'reply'; readonly id: number; readonly content: Record<string, unknown> };

/** A step of a comm, either way; its binary buffers go beside it in the frame. */
export interface CommMessage {
  readonly type: 'comm';
  readonly id: number;
  readonly action: 'open' | 'message' | 'close';
  readonly comm: string;
  /** Named with `open`, empty otherwise. */
  readonly target: string;
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

export type MimeBundle = Record<string, unknown>;

/** How a cell ended. `declares`: the top-level names it made, for the message after a crash. */
export type Outcome =
  | {
      readonly status: 'ok';
      readonly result: MimeBundle | undefined;
      readonly expressions: Record<string, unknown>;
      /** What the cell gave to the pager. */
      readonly pages: readonly MimeBundle[];
      readonly declares: readonly string[];
    }
  | { readonly status: 'error'; readonly error: ErrorOutput; readonly declares: readonly string[] };

export interface ErrorOutput {
  readonly ename: string;
  readonly evalue: string;
  /** Lines to show, with ANSI colours. The first names the error; the place follows. */
  readonly traceback: readonly string[];
}

/** Over the control pipe, host → worker. `interrupt` ends the request `id`, `input` answers an `input` event. */
export type ControlRequest =
  | { readonly type: 'interrupt'; readonly id: number }
  | { readonly type: 'input'; readonly text: string };

/** Over the control pipe, worker → host. */
export type ControlEvent =
  /** An interrupt has not been answered in five seconds. */
  | { readonly type: 'stuck' }
  /** Resident memory went over the limit: the host ends the executor. */
  | { readonly type: 'memory'; readonly bytes: number; readonly limit: number };

/** File descriptors of the executor beyond the standard three. */
export const PIPES = { events: 3, requests: 4, control: 5, data: 6 } as const;

/**
 * Whether a value has the shape of an executor's event. User code shares the executor's process and
 * could write anything on its pipes: a host must not fall over it.
 */
export function isExecutorEvent(value: unknown): value is ExecutorEvent {
  if (!isRecord(value)) return false;
  if (value.type === 'ready') return true;
  if (typeof value.id !== 'number') return false;
  switch (value.type) {
    case 'stream':
      return (value.name === 'stdout' || value.name === 'stderr') && typeof value.text === 'string';
    case 'display':
      return isRecord(value.data) && isRecord(value.metadata);
    case 'comm':
      return isCommMessage(value);
    case 'clear':
      return typeof value.wait === 'boolean';
    case 'input':
      return typeof value.prompt === 'string';
    case 'reply':
      return isRecord(value.content);
    case 'done':
      return isOutcome(value.outcome);
    default:
      return false;
  }
}

export function isControlEvent(value: unknown): value is ControlEvent {
  if (!isRecord(value)) return false;
  return value.type === 'stuck' || (value.type === 'memory' && typeof value.bytes === 'number');
}

function isCommMessage({ action, comm, target, data, metadata }: Record<string, unknown>): boolean {
  if (action !== 'open' && action !== 'message' && action !== 'close') return false;
  return typeof comm === 'string' && typeof target === 'string' && isRecord(data) && isRecord(metadata);
}

function isOutcome(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value.declares)) return false;
  if (value.status === 'ok')
    return isRecord(value.expressions) && Array.isArray(value.pages) && value.pages.every(isRecord);
  return value.status === 'error' && isRecord(value.error);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
