import { read, readSync } from 'node:fs';
import { type Frame, FrameReader } from '../protocol/frames.ts';
import type { ExecutorRequest } from '../protocol/wire.ts';
import type { Control } from './control.ts';

const CHUNK = 64 * 1024;

/** The real ones: cells may replace the globals, and functions of modules. */
const timers = { setImmediate, setTimeout };
const readNow = readSync;

/**
 * Reads the host's requests from a pipe. No stream: what a stream puts off to the next tick may be
 * broken off with a cell that floods the tick queue, and the stream then waits for ever. Requests
 * are served in a turn of their own, so that a terminated cell takes nothing of this along.
 */
export class RequestPipe {
  readonly #fd: number;
  readonly #guard: Control['guard'];
  readonly #serve: (request: ExecutorRequest, buffers: readonly Uint8Array[]) => void;
  readonly #reader = new FrameReader();
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK);
  #waiting = false;

  constructor(
    fd: number,
    { guard }: Control,
    serve: (request: ExecutorRequest, buffers: readonly Uint8Array[]) => void,
  ) {
    this.#fd = fd;
    this.#guard = guard;
    this.#serve = serve;
  }

  /** Waits for requests. Call it again after a termination, which may have hit the reading. */
  resume(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    // What is long is read to where it stays.
    const { room } = this.#reader;
    const target = room.byteLength > CHUNK ? room : this.#buffer;
    read(this.#fd, target, 0, target.byteLength, null, (error, length) => this.#received(error, length, target));
  }

  #received(error: NodeJS.ErrnoException | null, length: number, target: Uint8Array): void {
    this.#waiting = false;
    if (error?.code === 'EAGAIN') {
      timers.setTimeout(() => this.resume(), 1);
      return;
    }
    // At its end the host is gone, and the control worker ends the process.
    if (error !== null || length === 0) return;
    const frames = this.#guard(() => {
      const found =
        target === this.#buffer ? this.#reader.push(target.subarray(0, length)) : this.#reader.filled(length);
      found.push(...this.#long());
      this.resume();
      return found;
    });
    for (const { value, buffers } of frames) {
      timers.setImmediate(() => this.#serve(value as ExecutorRequest, buffers));
    }
  }

  /** The rest of a long buffer: the host is writing it, and a turn for every piece would take longer than that. */
  #long(): Frame[] {
    const frames: Frame[] = [];
    try {
      for (let { room } = this.#reader; room.byteLength > CHUNK; { room } = this.#reader) {
        const length = readNow(this.#fd, room);
        if (length === 0) break;
        frames.push(...this.#reader.filled(length));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    return frames;
  }
}
