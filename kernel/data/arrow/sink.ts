/**
 * Bytes that grow at their end, in one buffer from the start: what is written there is not copied
 * again as long as the expected size was right.
 */
export class ByteSink {
  private bytes = new Uint8Array(0);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Makes room for so many bytes in all. */
  expect(length: number): void {
    if (length <= this.bytes.length) return;
    const larger = new Uint8Array(length);
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }

  /** The next `length` bytes, zeroed, to be written before anything else is taken. */
  take(length: number): Uint8Array {
    const end = this.used + length;
    if (end > this.bytes.length) this.expect(Math.max(end, Math.ceil(this.used * 1.5)));
    const part = this.bytes.subarray(this.used, end);
    this.used = end;
    return part;
  }

  push(bytes: Uint8Array): void {
    this.take(bytes.length).set(bytes);
  }

  /** All that was written, from the start of a buffer of its own. The sink must not be used again. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }
}
