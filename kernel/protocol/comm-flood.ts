import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Turn } from './turn.ts';

/** Requests that may wait, and bytes in their buffers, before more messages on comms are dropped. */
const MOST_WAITING = 10_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Whether a message on a comm comes on top of more than a busy kernel should keep. */
export function floods(queue: readonly JupyterMessage[], { header, buffers }: JupyterMessage): boolean {
  if (header.msg_type !== 'comm_msg' && header.msg_type !== 'comm_open') return false;
  if (queue.length >= MOST_WAITING) return true;
  return buffers.length > 0 && sum(queue.flatMap((waiting) => waiting.buffers)) + sum(buffers) > MOST_BYTES;
}

/** Its sender is answered as for any message: it may wait for that before it says more. */
export function drop(turn: Turn, { header }: JupyterMessage): void {
  turn.status('busy', header);
  turn.log('warn', `a ${header.msg_type} was dropped: too many wait for the running cell`);
  turn.status('idle', header);
}

function sum(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
}
