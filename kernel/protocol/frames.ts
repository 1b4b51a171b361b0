/**
 * Frames on the pipes between host and executor: a JSON value and the binary buffers that go with
 * it. Layout, all lengths 32-bit little-endian: frame length (what follows), JSON length, JSON as
 * UTF-8 (`{ value, sizes }`), then the buffers one after another.
 */
export interface Frame {
  readonly value: unknown;
  readonly buffers: readonly Uint8Array[];
}

/** Captured: frames also carry what happens after a cell replaced these. */
const { stringify, parse } = JSON;

const LENGTH = 4;
/** Longest frame that is read: ten times what one output may hold. */
const MOST_BYTES = 128 * 1024 * 1024;

export function encodeFrame(value: unknown, buffers: readonly Uint8Array[] = []): Uint8Array {
  const json = Buffer.from(stringify({ value, sizes: buffers.map((buffer) => buffer.byteLength) }));
  const head = Buffer.allocUnsafe(2 * LENGTH);
  const size = LENGTH + json.byteLength + buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  head.writeUInt32LE(size, 0);
  head.writeUInt32LE(json.byteLength, LENGTH);
  return Buffer.concat([head, json, ...buffers]);
}

/**
 * Cuts a byte stream into frames. `push` returns the frames that became complete, in order; it
 * throws on what is not a frame, after which nothing on the stream can be trusted.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#size += chunk.byteLength;
    const frames: Frame[] = [];
    for (let length = this.#next(); length !== undefined; length = this.#next()) {
      const whole = this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
      frames.push(decode(whole.subarray(LENGTH, LENGTH + length)));
      const rest = whole.subarray(LENGTH + length);
      this.#chunks = rest.byteLength === 0 ? [] : [rest];
      this.#size = rest.byteLength;
    }
    return frames;
  }

  /** Length of the next frame when all of it has arrived. Joins chunks only then. */
  #next(): number | undefined {
    if (this.#size < LENGTH) return undefined;
    if ((this.#chunks[0]?.byteLength ?? 0) < LENGTH) this.#chunks = [Buffer.concat(this.#chunks)];
    const length = this.#chunks[0]?.readUInt32LE(0) ?? 0;
    if (length < LENGTH || length > MOST_BYTES) throw new RangeError(`a frame of ${length} bytes`);
    return this.#size >= LENGTH + length ? length : undefined;
  }
}

function decode(frame: Buffer): Frame {
  const length = frame.readUInt32LE(0);
  let at = LENGTH + length;
  const { value, sizes } = parse(frame.toString('utf8', LENGTH, at)) as {
    value: unknown;
    sizes: readonly number[];
  };
  const buffers = sizes.map((size) => {
    const buffer = frame.subarray(at, at + size);
    at += size;
    return buffer;
  });
  return { value, buffers };
}
