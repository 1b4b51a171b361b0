/**
 * Frames on the pipes between host and executor: a JSON value and the binary buffers that go with
 * it. Layout, all lengths 32-bit little-endian: frame length (what follows), JSON length, JSON as
 * UTF-8 (`{ value, sizes }`), then the buffers one after another.
 */
export interface Frame {
  readonly value: unknown;
  /** Each is the whole of an ArrayBuffer of its own. */
  readonly buffers: readonly Uint8Array[];
}

/** Captured: frames also carry what happens after a cell replaced these. */
const { stringify, parse } = JSON;

const LENGTH = 4;
/** Longest frame that is read: ten times what one output may hold. */
const MOST_BYTES = 128 * 1024 * 1024;

/** The bytes of a frame, to be written one after the other. Buffers are not copied. */
export function encodeFrame(value: unknown, buffers: readonly Uint8Array[] = []): readonly Uint8Array[] {
  const json = stringify({ value, sizes: buffers.map((buffer) => buffer.byteLength) });
  const bytes = Buffer.byteLength(json);
  const start = Buffer.allocUnsafe(2 * LENGTH + bytes);
  start.writeUInt32LE(
    buffers.reduce((sum, buffer) => sum + buffer.byteLength, LENGTH + bytes),
    0,
  );
  start.writeUInt32LE(bytes, LENGTH);
  start.write(json, 2 * LENGTH);
  return [start, ...buffers];
}

/**
 * Cuts a byte stream into frames. `push` returns the frames that became complete, in order; it
 * throws on what is not a frame, after which nothing on the stream can be trusted. Bytes are copied
 * once, to where they stay.
 */
export class FrameReader {
  /** What is being filled: the two lengths, the JSON, or the last of the buffers. */
  #part = new Uint8Array(2 * LENGTH);
  #filled = 0;
  /** Bytes of the frame's buffers, while its JSON is filled. */
  #rest = 0;
  #stage: 'lengths' | 'json' | 'buffers' = 'lengths';
  #value: unknown;
  #sizes: readonly number[] = [];
  #buffers: Uint8Array[] = [];

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    for (let at = 0; at < chunk.byteLength; ) {
      const taken = Math.min(chunk.byteLength - at, this.#part.byteLength - this.#filled);
      this.#part.set(chunk.subarray(at, at + taken), this.#filled);
      at += taken;
      this.#take(taken, frames);
    }
    return frames;
  }

  /** Where the next bytes of the stream belong: whoever can read right into it calls `filled` instead of `push`. */
  get room(): Uint8Array {
    return this.#part.subarray(this.#filled);
  }

  /** The first `bytes` of `room` were filled. As `push`. */
  filled(bytes: number): Frame[] {
    const frames: Frame[] = [];
    this.#take(bytes, frames);
    return frames;
  }

  #take(bytes: number, frames: Frame[]): void {
    this.#filled += bytes;
    while (this.#filled === this.#part.byteLength) {
      if (this.#stage === 'lengths') this.#readLengths();
      else if (this.#stage === 'json') this.#readJson();
      const size = this.#stage === 'buffers' ? this.#sizes[this.#buffers.length] : undefined;
      if (size !== undefined) {
        this.#fill(size);
        this.#buffers.push(this.#part);
      } else if (this.#stage === 'buffers') {
        frames.push({ value: this.#value, buffers: this.#buffers });
        this.#value = undefined;
        this.#buffers = [];
        this.#stage = 'lengths';
        this.#fill(2 * LENGTH);
      }
    }
  }

  #fill(size: number): void {
    this.#part = new Uint8Array(size);
    this.#filled = 0;
  }

  #readLengths(): void {
    const view = new DataView(this.#part.buffer);
    const length = view.getUint32(0, true);
    const json = view.getUint32(LENGTH, true);
    if (length > MOST_BYTES || json === 0 || LENGTH + json > length) throw new RangeError(`a frame of ${length} bytes`);
    this.#rest = length - LENGTH - json;
    this.#stage = 'json';
    this.#fill(json);
  }

  #readJson(): void {
    const { buffer } = this.#part;
    const { value, sizes } = parse(Buffer.from(buffer).toString()) as { value: unknown; sizes: unknown };
    if (!Array.isArray(sizes) || !sizes.every(isSize) || sizes.reduce((sum, size) => sum + size, 0) !== this.#rest) {
      throw new RangeError('a frame with other buffers than it says');
    }
    this.#value = value;
    this.#sizes = sizes;
    this.#stage = 'buffers';
  }
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
