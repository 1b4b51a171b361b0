/**
 * The bytes of one document's log file.
 *
 * A file is a run of frames. Each frame is one commit: it is written by one write call and synced
 * before the next frame is begun, so after a power loss only the last frame can be damaged. That
 * is how damage is told apart: an unreadable frame with nothing readable behind it is a torn tail;
 * with a readable one behind it, the file is corrupt.
 *
 * Frame, little-endian: mark (4 bytes, says the kind) · payload length (4) · CRC-32 of the
 * payload (4) · CRC-32 of the 12 bytes before (4) · payload. An `updates` payload holds entries of
 * length (4) and bytes; a `snapshot` payload is the state itself.
 */
import { crc32 } from 'node:zlib';

const HEAD = 16;
const MARKS = { updates: 0x31554244, snapshot: 0x31534244 } as const;

export type Frame =
  | { readonly type: 'updates'; readonly updates: readonly Uint8Array[]; readonly end: number }
  | { readonly type: 'snapshot'; readonly state: Uint8Array; readonly end: number };

/** One frame with these updates in order. */
export function encodeUpdates(updates: readonly Uint8Array[]): Buffer {
  const size = updates.reduce((sum, update) => sum + 4 + update.length, 0);
  const frame = Buffer.allocUnsafe(HEAD + size);
  let at = HEAD;
  for (const update of updates) {
    frame.writeUInt32LE(update.length, at);
    frame.set(update, at + 4);
    at += 4 + update.length;
  }
  return seal(frame, MARKS.updates);
}

/** One frame that replaces everything before it. */
export function encodeSnapshot(state: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEAD + state.length);
  frame.set(state, HEAD);
  return seal(frame, MARKS.snapshot);
}

/** The frame that starts at `at`, or `undefined` when the bytes there are not a whole, sound one. */
export function decodeFrame(file: Buffer, at: number): Frame | undefined {
  if (at + HEAD > file.length) return undefined;
  const mark = file.readUInt32LE(at);
  if (mark !== MARKS.updates && mark !== MARKS.snapshot) return undefined;
  if (crc32(file.subarray(at, at + 12)) !== file.readUInt32LE(at + 12)) return undefined;
  const end = at + HEAD + file.readUInt32LE(at + 4);
  if (end > file.length) return undefined;
  const payload = file.subarray(at + HEAD, end);
  if (crc32(payload) !== file.readUInt32LE(at + 8)) return undefined;
  if (mark === MARKS.snapshot) return { type: 'snapshot', state: payload, end };
  return { type: 'updates', updates: entries(payload), end };
}

/** Offset of the first sound frame at or after `from`. */
export function findFrame(file: Buffer, from: number): number | undefined {
  for (let at = from; at + HEAD <= file.length; at += 1) {
    if (file[at] === 0x44 && decodeFrame(file, at) !== undefined) return at;
  }
  return undefined;
}

function entries(payload: Buffer): Uint8Array[] {
  const updates: Uint8Array[] = [];
  for (let at = 0; at < payload.length; ) {
    const end = at + 4 + payload.readUInt32LE(at);
    updates.push(payload.subarray(at + 4, end));
    at = end;
  }
  return updates;
}

function seal(frame: Buffer, mark: number): Buffer {
  const payload = frame.subarray(HEAD);
  frame.writeUInt32LE(mark, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(crc32(payload), 8);
  frame.writeUInt32LE(crc32(frame.subarray(0, 12)), 12);
  return frame;
}
