import { writeSync } from 'node:fs';
import { encodeFrame } from '../protocol/frames.ts';
import type { ExecutorEvent } from '../protocol/wire.ts';

export type SendEvent = (event: ExecutorEvent, buffers?: readonly Uint8Array[]) => void;

/**
 * Sends events on a pipe, blocking until the host has room: a cell cannot print faster than its
 * reader reads, and what was sent is never lost by a crash that follows.
 */
export function eventSender(fd: number): SendEvent {
  const idle = new Int32Array(new SharedArrayBuffer(4));
  return (event, buffers = []) => {
    let rest = encodeFrame(event, buffers);
    while (rest.byteLength > 0) {
      try {
        rest = rest.subarray(writeSync(fd, rest));
      } catch (error) {
        if (!isBusy(error)) throw error;
        Atomics.wait(idle, 0, 0, 1);
      }
    }
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
