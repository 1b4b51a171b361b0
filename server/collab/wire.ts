/**
 * The frames of a room's WebSocket: y-websocket's (sync 0, awareness 1, query awareness 3) with
 * Jupyter's RAW JSON messages as type 2. Frames are parsed here, once;
 * the updates in them by `admission/scan.ts`.
 */
import { DaybookError } from '@daybook/shared/errors/error';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

const SYNC = 0;
const AWARENESS = 1;
const RAW = 2;
const QUERY_AWARENESS = 3;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** Bytes of a state vector; one of a document with a hundred thousand authors fits. */
const LARGEST_VECTOR = 1 << 20;

export type ClientMessage =
  | { readonly type: 'ask'; readonly vector: Uint8Array }
  | { readonly type: 'update'; readonly update: Uint8Array }
  | { readonly type: 'awareness'; readonly entries: Uint8Array }
  | { readonly type: 'query-awareness' }
  | { readonly type: 'save'; readonly id: number }
  | { readonly type: 'unknown' };

export type SaveStatus = 'success' | 'failed' | 'skipped';

/** Fails with `malformed_frame` on anything that is not a whole, valid message. */
export function decodeMessage(frame: Uint8Array): ClientMessage {
  try {
    return decode(decoding.createDecoder(frame));
  } catch (cause) {
    throw new DaybookError('malformed_frame', 'a frame of the collaboration socket could not be read', { cause });
  }
}

function decode(decoder: decoding.Decoder): ClientMessage {
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return decodeSync(decoder);
    case AWARENESS:
      return { type: 'awareness', entries: decoding.readVarUint8Array(decoder) };
    case QUERY_AWARENESS:
      return { type: 'query-awareness' };
    case RAW:
      return decoding.readVarString(decoder) === 'save'
        ? { type: 'save', id: decoding.readVarUint(decoder) }
        : { type: 'unknown' };
    default:
      return { type: 'unknown' };
  }
}

function decodeSync(decoder: decoding.Decoder): ClientMessage {
  const step = decoding.readVarUint(decoder);
  const body = decoding.readVarUint8Array(decoder);
  if (step === STEP_1) {
    if (body.length > LARGEST_VECTOR) throw new Error('the state vector is too long');
    Y.decodeStateVector(body);
    return { type: 'ask', vector: body };
  }
  if (step !== STEP_2 && step !== UPDATE) throw new Error(`unknown sync step ${step}`);
  return { type: 'update', update: body };
}

/** Asks the client for what this state lacks. */
export function encodeAsk(vector: Uint8Array): Uint8Array {
  return encodeSync(STEP_1, vector);
}

/** Answers a client's ask; with it the client counts as synced. */
export function encodeAnswer(update: Uint8Array): Uint8Array {
  return encodeSync(STEP_2, update);
}

export function encodeUpdate(update: Uint8Array): Uint8Array {
  return encodeSync(UPDATE, update);
}

export function encodeAwareness(entries: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, AWARENESS);
    encoding.writeVarUint8Array(encoder, entries);
  });
}

/** Answers the client's save request number `id`. */
export function encodeSaved(id: number, status: SaveStatus): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, RAW);
    encoding.writeVarString(encoder, JSON.stringify({ type: 'save', responseTo: id, status }));
  });
}

function encodeSync(step: number, body: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, SYNC);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, body);
  });
}
