import { writeSync } from 'node:fs';
import { encodeFrame } from '../protocol/frames.ts';
import type { ExecutorEvent } from '../protocol/wire.ts';

export type SendEvent = (event: ExecutorEvent, buffers?: readonly Uint8Array[]) => void;

/**
 * Sends events on a pipe, blocking until the host has room: a cell cannot print faster than its
 * reader reads, and what was sent is never lost by a crash that follows. `before` runs first; `guard`
 * keeps an interrupt from breaking a frame off: the host would wait for its rest for ever.
 */
export function eventSender(
  fd: number,
  { before, guard }: { before: () => void; guard: (work: () => void) => void },
): SendEvent {
  // Captured, as all that carries events: user code may replace the functions of a module.
  const write = writeSync;
  const idle = new Int32Array(new SharedArrayBuffer(4));
  const writeAll = (frame: readonly Uint8Array[]) => {
    for (const part of frame) {
      let rest = part;
      while (rest.byteLength > 0) {
        try {
          rest = rest.subarray(write(fd, rest));
        } catch (error) {
          if (!isBusy(error)) throw error;
          Atomics.wait(idle, 0, 0, 1);
        }
      }
    }
  };
  return (event, buffers = []) => {
    before();
    const frame = encodeFrame(event, buffers);
    guard(() => writeAll(frame));
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
