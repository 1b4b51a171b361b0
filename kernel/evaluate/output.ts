import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { MimeBundle } from '../protocol/wire.ts';
import { type CellRun, currentRun } from './cell-run.ts';
import type { SendEvent } from './events.ts';

type StreamName = 'stdout' | 'stderr';

const FLUSH_CHARS = 64 * 1024;
const FLUSH_MS = 15;
/** Writes per 15 ms that go out at once: a short message before a long computation is seen. */
const PROMPT_WRITES = 4;
/** Text one run may print; a runaway loop must not fill the notebook. */
const MOST_CHARS = 10 * 1024 * 1024;
/** Bytes that surely hold more characters than that: one takes up to three. */
const MOST_BYTES = 3 * (MOST_CHARS + 1);
/** What one run may display. */
const MOST_OUTPUTS = 10_000;
const MOST_OUTPUT_CHARS = 100 * 1024 * 1024;

/**
 * What cells print: joined per run and stream, and sent in the order it was written. Flush before
 * anything else is sent for the run, or the order between printing and displaying is lost.
 */
export class Output {
  readonly #send: SendEvent;
  #pending: { run: CellRun; name: StreamName; parts: string[]; size: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #windowEnds = 0;
  #windowRun: CellRun | undefined;
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
    if (this.#pending.size >= FLUSH_CHARS || this.#mayGo(run)) this.flush();
    else this.#timer ??= timers.setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Shows a bundle, after what was printed before it. With `update`, it takes the place of what has its `id`. */
  display(run: CellRun, data: MimeBundle, { id, update = false, metadata = {} }: DisplayedAs = {}): void {
    this.flush();
    if (!update && !this.#mayShow(run, data)) return;
    this.#send({ type: 'display', id: run.id, data, metadata, displayId: id, update });
  }

  /** Empties the cell's output; there is room again then. */
  clear(run: CellRun, wait: boolean): void {
    this.flush();
    run.printed = 0;
    run.shown = { outputs: 0, chars: 0 };
    this.#send({ type: 'clear', id: run.id, wait });
  }

  #mayShow(run: CellRun, data: MimeBundle): boolean {
    const { outputs, chars } = run.shown;
    if (outputs >= MOST_OUTPUTS || chars >= MOST_OUTPUT_CHARS) {
      if (outputs < Number.POSITIVE_INFINITY)
        this.#send({ type: 'stream', id: run.id, name: 'stderr', text: TOO_MANY });
      run.shown = { outputs: Number.POSITIVE_INFINITY, chars };
      return false;
    }
    run.shown = { outputs: outputs + 1, chars: chars + sizeOf(data) };
    return true;
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
    // A slice would keep all of the text alive.
    return `${Buffer.from(text.slice(0, room)).toString()}\n[The cell printed more than 10 MB; the rest is left out. Write long output to a file.]\n`;
  }

  /** Each run has writes of its own that go at once: an endless loop may follow, and no timer gets its turn. */
  #mayGo(run: CellRun): boolean {
    const now = performance.now();
    if (now >= this.#windowEnds || run !== this.#windowRun) {
      this.#windowRun = run;
      this.#windowEnds = now + FLUSH_MS;
      this.#prompt = 0;
    }
    this.#prompt += 1;
    return this.#prompt <= PROMPT_WRITES;
  }
}

export interface DisplayedAs {
  readonly id?: string | undefined;
  readonly update?: boolean;
  readonly metadata?: Record<string, unknown>;
}

const TOO_MANY =
  '[The cell displayed more than 10,000 outputs or 100 MB; the rest is left out. Display fewer, or replace one with display(value, { id, update: true }).]\n';

function sizeOf(data: MimeBundle): number {
  let chars = 0;
  for (const value of Object.values(data)) {
    chars += typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0);
  }
  return chars;
}

/** The real timers: user code may replace the global ones. */
const timers = { setTimeout, clearTimeout };

/** A stand-in for `process.stdout` or `process.stderr`: never blocks, never ends. */
export class OutputStream extends Writable {
  readonly #output: Output;
  readonly #name: StreamName;
  /** Puts characters together that two pieces of bytes share. */
  readonly #decoder = new StringDecoder('utf8');
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
    if (run !== undefined) this.#output.write(run, this.#name, this.#text(chunk, encoding));
    if (typeof done === 'function') queueMicrotask(() => done(null));
    return true;
  }

  #text(chunk: unknown, encoding: unknown): string {
    if (typeof chunk === 'string') {
      return encoding === 'hex' || encoding === 'base64' ? Buffer.from(chunk, encoding).toString() : chunk;
    }
    if (!(chunk instanceof Uint8Array)) throw new TypeError('The chunk to write must be text or bytes.');
    // More than this is never shown, and V8 makes no text of a gigabyte.
    const length = Math.min(chunk.byteLength, MOST_BYTES);
    return this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, length));
  }

  override end(chunk?: unknown): this {
    if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk);
    return this;
  }
}
