/**
 * What a document's room tells a page beyond the y-websocket protocol.
 *
 * Each message is a binary WebSocket frame: its type as a variable-length unsigned integer (100 and
 * up; y-websocket and Jupyter use 0 to 3), then its body as JSON in a string with its length in
 * bytes before it, as lib0's `writeVarUint` and `writeVarString` write them. Only sockets whose
 * address has `daybook=1` are sent them; a stock client never sees one.
 *
 * Sequence numbers count the sync frames with content (step 2 and update, whatever is in them) that
 * the client sent over this socket; the first is 1, and every new socket begins anew.
 */
import { z } from 'zod';

/** Query parameter by which a page says that it knows these messages. */
export const ROOM_QUERY = { name: 'daybook', value: '1' } as const;

/** Bytes of the largest frame a room reads; a larger one closes the socket with 1009. */
export const LARGEST_ROOM_FRAME = 8 << 20;

/**
 * Codes a room closes a socket with. All in 4400–4499 are for good: the same client gets the same
 * answer again. The others are worth another try.
 */
export const ROOM_CLOSE = {
  /** A frame could not be read, or the document's file could not. */
  malformed: 4400,
  /** The session ended, or its role does not reach so far any more. */
  forbidden: 4403,
  /** There is no such document. */
  missing: 4404,
  /** The client's copy is of a history that began anew since; see `reset`. */
  reset: 4409,
  failed: 4500,
  /** The client reads too slowly. */
  slow: 4508,
  /** The server, or this room, starts anew. */
  restart: 1012,
} as const;

/**
 * Every frame up to `seq` has been dealt with: it is durable, or a `reject` named it. Cumulative;
 * frames may be left out between two acknowledgements.
 */
const DurableAck = z.object({ type: z.literal('durableAck'), seq: z.number().int().positive() });

/**
 * A frame was not taken and never will be, so the client's copy has something that nobody else will
 * see, and what it writes behind it cannot be taken either. Keep it aside and load the document anew.
 * Without `seq`: something other than a sync frame.
 */
const Reject = z.object({
  type: z.literal('reject'),
  code: z.string(),
  /** For people: what was refused, and what to do. */
  reason: z.string(),
  seq: z.number().int().positive().optional(),
});

/** Codes of `reject`; a later server may have more. */
export const REJECT = {
  /** The role may read only. */
  readOnly: 'read_only',
  /** It writes under the name of another client. */
  forgedAuthor: 'forged_author',
  /** It writes where only the server does, or what the document has no place for. */
  forbiddenContent: 'forbidden_content',
  /** It has too many changes for one message, or is nested too deeply. */
  tooComplex: 'too_complex',
  /** The document has reached its largest size; deleting is still possible. */
  documentFull: 'document_full',
  /** It builds on changes that never came. */
  missingChanges: 'missing_changes',
} as const;

/**
 * The document's history began anew: the client's copy is of another one and must not be merged.
 * `epoch` is the name of the history that the room has; nothing of the client is taken after it, and
 * the socket is closed.
 */
const Reset = z.object({ type: z.literal('reset'), epoch: z.number().int() });

/** Something happened around the document (a comment, a run …); `kind` says how to read `body`. */
const RoomEvent = z.object({ type: z.literal('event'), kind: z.string(), body: z.unknown() });

const RoomMessage = z.discriminatedUnion('type', [DurableAck, Reject, Reset, RoomEvent]);
export type RoomMessage = z.infer<typeof RoomMessage>;

/** First number of each frame. */
export const ROOM_MESSAGE = { durableAck: 100, reject: 101, reset: 102, event: 103 } as const;
const NAMES = new Map<number, string>(Object.entries(ROOM_MESSAGE).map(([name, number]) => [number, name]));

// In Node and in browsers, but not in the language's own library.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

export function encodeRoomMessage({ type, ...body }: RoomMessage): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(body));
  const head = [...varUint(ROOM_MESSAGE[type]), ...varUint(json.length)];
  const frame = new Uint8Array(head.length + json.length);
  frame.set(head);
  frame.set(json, head.length);
  return frame;
}

/** `undefined` for frames of other protocols, of unknown types, and for what is not whole. */
export function decodeRoomMessage(frame: Uint8Array): RoomMessage | undefined {
  const type = readVarUint(frame, 0);
  const name = type === undefined ? undefined : NAMES.get(type.value);
  const length = type === undefined || name === undefined ? undefined : readVarUint(frame, type.end);
  if (length === undefined || length.end + length.value !== frame.length) return undefined;
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(frame.subarray(length.end)));
    return RoomMessage.safeParse({ ...(body as object), type: name }).data;
  } catch {
    return undefined;
  }
}

/** Seven bits a byte, lowest first; the high bit says that more follow. */
function varUint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varUint(Math.floor(value / 128))];
}

function readVarUint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = from; at < bytes.length && at < from + 5; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * 128 ** (at - from);
    if (byte < 128) return { value, end: at + 1 };
  }
  return undefined;
}
