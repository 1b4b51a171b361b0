import { DaybookError } from '@daybook/shared/errors/error';

/**
 * Frames on the socket between host and data worker: two 32-bit little-endian lengths, a JSON
 * head, a binary body. Lengths are bounded, so a confused or hostile peer cannot make the reader
 * allocate without limit.
 */
export interface Frame {
  readonly head: unknown;
  /** Starts at offset 0 of a buffer of its own: Arrow readers need the alignment. */
  readonly body: Uint8Array;
}

export const MAX_HEAD = 4 * 1024 * 1024;
const MAX_BODY = 512 * 1024 * 1024;
const PREFIX = 8;
const NOTHING = new Uint8Array(0);

/** The bytes of a frame, to be written one after the other. */
export function encodeFrame(head: unknown, body: Uint8Array = NOTHING): [Uint8Array, Uint8Array] {
  const json = new TextEncoder().encode(JSON.stringify(head));
  if (json.length > MAX_HEAD || body.length > MAX_BODY) {
    throw new DaybookError('result_too_large', 'This part of the result is too large to send.', {
      status: 413,
      action: 'Ask for fewer rows, or leave out wide columns.',
    });
  }
  const start = new Uint8Array(PREFIX + json.length);
  const view = new DataView(start.buffer);
  view.setUint32(0, json.length, true);
  view.setUint32(4, body.length, true);
  start.set(json, PREFIX);
  return [start, body];
}

/** Puts frames together from whatever pieces arrive. Fails with `bad_frame`, after which it is spent. */
export class FrameReader {
  private readonly onFrame: (frame: Frame) => void;
  private readonly maxBody: number;
  private stage: 'prefix' | 'head' | 'body' = 'prefix';
  private part = new Uint8Array(PREFIX);
  private filled = 0;
  private bodyLength = 0;
  private head: unknown;

  constructor(onFrame: (frame: Frame) => void, maxBody = MAX_BODY) {
    this.onFrame = onFrame;
    this.maxBody = maxBody;
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    do {
      const take = Math.min(bytes.length - at, this.part.length - this.filled);
      this.part.set(bytes.subarray(at, at + take), this.filled);
      this.filled += take;
      at += take;
      while (this.filled === this.part.length && this.advance());
    } while (at < bytes.length);
  }

  /** Ends a stage that is complete; false when the next one needs more bytes. */
  private advance(): boolean {
    const done = this.part;
    if (this.stage === 'prefix') {
      const view = new DataView(done.buffer);
      const headLength = view.getUint32(0, true);
      this.bodyLength = view.getUint32(4, true);
      if (headLength === 0 || headLength > MAX_HEAD || this.bodyLength > this.maxBody) throw badFrame('its lengths');
      this.next('head', headLength);
      return false;
    }
    if (this.stage === 'head') {
      this.head = parseHead(done);
      this.next('body', this.bodyLength);
      return this.bodyLength === 0;
    }
    this.next('prefix', PREFIX);
    this.onFrame({ head: this.head, body: done });
    return false;
  }

  private next(stage: 'prefix' | 'head' | 'body', length: number): void {
    this.stage = stage;
    this.part = new Uint8Array(length);
    this.filled = 0;
  }
}

function parseHead(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw badFrame('its JSON', error);
  }
}

function badFrame(what: string, cause?: unknown): DaybookError {
  return new DaybookError('bad_frame', `A message on the data channel is broken: ${what}.`, { status: 502, cause });
}
