import { DaybookError } from '@daybook/shared/errors/error';
import type { CommMessage } from '../protocol/wire.ts';
import { type CellRun, currentRun } from './cell-run.ts';
import type { SendEvent } from './events.ts';

/** What comes over a comm. Each buffer is a copy of its own: views of any type fit on it. */
export interface CommNews {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

/** Called with each message; the kernel is busy until the promise it returns has ended. */
export type CommHandler = (news: CommNews) => unknown;

export interface CommExtras {
  readonly metadata?: Record<string, unknown>;
  readonly buffers?: readonly (ArrayBuffer | ArrayBufferView)[];
}

/** Bytes of buffers in one message: the host reads no longer frames. */
const MOST_BYTES = 100 * 1024 * 1024;

/**
 * One channel between the kernel and the pages of a notebook, named by a target that both sides know.
 * What its handlers print stands under the cell that opened it.
 */
export class Comm {
  readonly id: string;
  readonly target: string;
  readonly #creator: CellRun;
  readonly #send: SendEvent;
  readonly #onMessage = new Set<CommHandler>();
  readonly #onClose = new Set<CommHandler>();
  #open = true;

  constructor(id: string, target: string, { creator, send }: { creator: CellRun; send: SendEvent }) {
    this.id = id;
    this.target = target;
    this.#creator = creator;
    this.#send = send;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Sends `data`, a record of JSON values. Errors: `comm_closed`, `comm_data`, `comm_too_large`. */
  send(data: Record<string, unknown> = {}, extras: CommExtras = {}): void {
    this.#say('message', data, extras);
  }

  /** Closes it on both sides. Idempotent. */
  close(data: Record<string, unknown> = {}, extras: CommExtras = {}): void {
    if (!this.#open) return;
    this.#say('close', data, extras);
    this.#open = false;
  }

  /** Calls `handler` with each message that comes, in order; gives a function that stops it. */
  onMessage(handler: CommHandler): () => void {
    return added(this.#onMessage, handler);
  }

  /** Calls `handler` when a page closes the comm; gives a function that stops it. */
  onClose(handler: CommHandler): () => void {
    return added(this.#onClose, handler);
  }

  /** For the registry: announces a comm that the kernel opened. */
  announce(data: Record<string, unknown>, extras: CommExtras): void {
    this.#say('open', data, extras);
  }

  /** For the registry: the handlers that a message from a page is for. A close ends the comm. */
  receivers(action: 'message' | 'close'): readonly CommHandler[] {
    if (action === 'message') return [...this.#onMessage];
    this.#open = false;
    return [...this.#onClose];
  }

  /** For the registry: the run whose cell the handlers' output stands under. */
  get creator(): CellRun {
    return this.#creator;
  }

  #say(
    action: CommMessage['action'],
    data: Record<string, unknown>,
    { metadata = {}, buffers = [] }: CommExtras,
  ): void {
    if (!this.#open) {
      throw new DaybookError('comm_closed', `The comm “${this.target}” is closed.`, {
        action: 'Open a new one with comm.open().',
      });
    }
    const bytes = buffers.map(bytesOf);
    if (bytes.reduce((sum, { byteLength }) => sum + byteLength, 0) > MOST_BYTES) {
      throw new DaybookError('comm_too_large', 'A comm message carries at most 100 MB of buffers.', {
        action: 'Send them in several messages.',
      });
    }
    const run = currentRun() ?? this.#creator;
    const target = action === 'open' ? this.target : '';
    const words = { id: run.request, action, comm: this.id, target };
    this.#send({ type: 'comm', ...words, data: json(data), metadata: json(metadata) }, bytes);
  }
}

function added(handlers: Set<CommHandler>, handler: CommHandler): () => void {
  if (typeof handler !== 'function') throw new TypeError('A comm handler must be a function.');
  handlers.add(handler);
  return () => {
    handlers.delete(handler);
  };
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return new Uint8Array(buffer);
}

/** The record as it will travel. */
function json(data: unknown): Record<string, unknown> {
  const wrong = (cause?: unknown) =>
    new DaybookError('comm_data', 'The data of a comm message must be a record of JSON values.', {
      cause,
      action: 'Send numbers, text, lists and records; put binary data into buffers.',
    });
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(data));
  } catch (error) {
    throw wrong(error);
  }
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) throw wrong();
  return copy as Record<string, unknown>;
}
