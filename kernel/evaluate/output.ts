import { Writable } from 'node:stream';
import { type CellRun, currentRun } from './cell-run.ts';
import type { SendEvent } from './events.ts';

type StreamName = 'stdout' | 'stderr';

const FLUSH_CHARS = 64 * 1024;
const FLUSH_MS = 15;
/** Writes per 15 ms that go out at once: a short message before a long computation is seen. */
const PROMPT_WRITES = 4;
/** Text one run may print; a runaway loop must not fill the notebook. */
const MOST_CHARS = 10 * 1024 * 1024;

/**
 * What cells print: joined per run and stream, and sent in the order it was written. Flush before
 * anything else is sent for the run, or the order between printing and displaying is lost.
 */
export class Output {
  readonly #send: SendEvent;
  #pending: { run: CellRun; name: StreamName; parts: string[]; size: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #windowEnds = 0;
  #prompt = 0;

  constructor(send: SendEvent) {
    this.#send = send;
  }

  write(run: CellRun, name: StreamName, text: string): void {
    if (text === '') return;
    const shown = this.#within(run, text);
    if (shown === '') return;
    const pending = this.#pending;
    if (pending !== undefined && (pending.run !== run || pending.name !== name)) this.flush();
    this.#pending ??= { run, name, parts: [], size: 0 };
    this.#pending.parts.push(shown);
    this.#pending.size += shown.length;
    if (this.#pending.size >= FLUSH_CHARS || this.#mayGo()) this.flush();
    else this.#timer ??= timers.setTimeout(() => this.flush(), FLUSH_MS);
  }

  flush(): void {
    if (this.#timer !== undefined) timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#send({ type: 'stream', id: pending.run.id, name: pending.name, text: pending.parts.join('') });
  }

  #within(run: CellRun, text: string): string {
    const room = MOST_CHARS - run.printed;
    run.printed += text.length;
    if (text.length <= room) return text;
    if (room < 0) return '';
    return `${text.slice(0, room)}\n[The cell printed more than 10 MB; the rest is left out. Write long output to a file.]\n`;
  }

  #mayGo(): boolean {
    const now = performance.now();
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + FLUSH_MS;
      this.#prompt = 0;
    }
    this.#prompt += 1;
    return this.#prompt <= PROMPT_WRITES;
  }
}

/** The real timers: user code may replace the global ones. */
const timers = { setTimeout, clearTimeout };

/** A stand-in for `process.stdout` or `process.stderr`: never blocks, never ends. */
export class OutputStream extends Writable {
  readonly #output: Output;
  readonly #name: StreamName;
  readonly fd: number;
  readonly isTTY = false;

  constructor(output: Output, name: StreamName) {
    super({ decodeStrings: false });
    this.#output = output;
    this.#name = name;
    this.fd = name === 'stdout' ? 1 : 2;
  }

  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const run = currentRun();
    const done = typeof encoding === 'function' ? encoding : callback;
    if (run !== undefined) {
      run.throwIfCancelled();
      this.#output.write(run, this.#name, toText(chunk, encoding));
    }
    if (typeof done === 'function') queueMicrotask(() => done(null));
    return true;
  }

  override end(chunk?: unknown): this {
    if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk);
    return this;
  }
}

function toText(chunk: unknown, encoding: unknown): string {
  if (typeof chunk === 'string') {
    return encoding === 'hex' || encoding === 'base64' ? Buffer.from(chunk, encoding).toString() : chunk;
  }
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
  throw new TypeError('The chunk to write must be text or bytes.');
}
