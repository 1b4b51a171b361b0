import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Frame, FrameReader } from '../protocol/frames.ts';

/** A buffer with more than this to come is read to where it stays. */
const LONG = 128 * 1024;
/** Bytes read in one go: others wait for this thread. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Reads the rest of a long buffer, as far as it has come, right to where it stays. A stream would
 * hand it over in pieces of 64 KB, each of them to be copied. Call it in the stream's `data` event,
 * when the stream holds nothing itself; the frames that became complete are returned.
 */
export function readLong(stream: Readable, reader: FrameReader): readonly Frame[] {
  const fd = descriptorOf(stream);
  if (fd === undefined) return [];
  const frames: Frame[] = [];
  for (let read = 0; read < MOST_BYTES; ) {
    const { room } = reader;
    if (room.byteLength < LONG) break;
    const bytes = readNow(fd, room);
    if (bytes === 0) break;
    read += bytes;
    frames.push(...reader.filled(bytes));
  }
  return frames;
}

/** Node has it on its own handle only. */
function descriptorOf(stream: Readable): number | undefined {
  const { _handle: handle } = stream as { _handle?: { readonly fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

/** 0 when nothing is there yet, or nothing comes any more: the stream will say. */
function readNow(fd: number, target: Uint8Array): number {
  try {
    return readSync(fd, target);
  } catch {
    return 0;
  }
}
