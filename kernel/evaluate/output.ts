import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { escapeHtml } from '../display/html.ts';
import type { MimeBundle } from '../protocol/wire.ts';
import { type CellRun, currentRun } from './cell-run.ts';
import type { SendEvent } from './events.ts';
import type { WholeOutput } from './whole-output.ts';

type StreamName = 'stdout' | 'stderr';

const FLUSH_CHARS = 64 * 1024;
const FLUSH_MS = 15;
/** Writes per 15 ms that go out at once: a short message before a long computation is seen. */
const PROMPT_WRITES = 4;
/** Text one run may print; a runaway loop must not fill the notebook. */
const MOST_CHARS = 10 * 1024 * 1024;
/** Bytes made into text at once: V8 makes no text of a gigabyte. */
const MOST_BYTES = 8 * 1024 * 1024;
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

  readonly #whole: WholeOutput;

  constructor(send: SendEvent, whole: WholeOutput) {
    this.#send = send;
    this.#whole = whole;
  }

  write(run: CellRun, name: StreamName, text: string): void {
    if (text === '') return;
    const shown = this.#within(run, text);
    if (shown === '') return;
    if (run.sink !== undefined) {
      run.sink({ output_type: 'stream', name, text: shown });
      return;
    }
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
    if (run.sink !== undefined) {
      run.sink({ output_type: 'display_data', data, metadata });
      return;
    }
    this.#send({ type: 'display', id: run.id, data, metadata, displayId: id, update });
  }

  /** Empties the cell's output; there is room again then. */
  clear(run: CellRun, wait: boolean): void {
    this.flush();
    run.budget.printed = 0;
    run.shownText = [];
    run.whole?.close();
    run.whole = undefined;
    run.budget.shown = { outputs: 0, chars: 0 };
    if (run.sink !== undefined) {
      run.sink({ output_type: 'clear', wait });
      return;
    }
    this.#send({ type: 'clear', id: run.id, wait });
  }

  #mayShow(run: CellRun, data: MimeBundle): boolean {
    const { outputs, chars } = run.budget.shown;
    if (outputs >= MOST_OUTPUTS || chars >= MOST_OUTPUT_CHARS) {
      if (outputs < Number.POSITIVE_INFINITY)
        this.#send({ type: 'stream', id: run.id, name: 'stderr', text: TOO_MANY });
      run.budget.shown = { outputs: Number.POSITIVE_INFINITY, chars };
      return false;
    }
    run.budget.shown = { outputs: outputs + 1, chars: chars + sizeOf(data) };
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

  /** The part of `text` that is shown. What a running cell prints beyond goes to a file. */
  #within(run: CellRun, text: string): string {
    const room = MOST_CHARS - run.budget.printed;
    run.budget.printed += text.length;
    if (text.length <= room) {
      if (!run.over) run.shownText.push(text);
      return text;
    }
    if (room < 0) {
      this.#keep(run, text);
      return '';
    }
    run.whole = run.over ? undefined : this.#whole.begin(`cell-${run.count ?? 'silent'}-${run.id}.txt`, run.shownText);
    run.shownText = [];
    this.#keep(run, text);
    // A slice would keep all of the text alive.
    return `${Buffer.from(text.slice(0, room)).toString()}\n${this.#cutNote(run)}\n`;
  }

  #keep({ whole }: CellRun, text: string): void {
    if (whole === undefined || whole.full) return;
    whole.write(text);
  }

  #cutNote({ whole }: CellRun): string {
    if (whole === undefined)
      return '[The cell printed more than 10 MB; the rest is left out. Write long output to a file.]';
    return `[The cell printed more than 10 MB; the rest is left out here. All of it, until the kernel ends: ${whole.path}]`;
  }

  /** Says where all of a cell's output is, as a link where a browser can follow one. Call when the cell ends. */
  end(run: CellRun): void {
    this.flush();
    run.shownText = [];
    const { whole } = run;
    if (whole === undefined) return;
    whole.close();
    run.whole = undefined;
    const part = whole.full ? ' The disk space for output was used up: the file holds the beginning.' : '';
    const text = `All output of this cell: ${whole.path}.${part}`;
    const data: MimeBundle = { 'text/plain': text };
    if (whole.link !== undefined) {
      const href = escapeHtml(whole.link.split('/').map(encodeURIComponent).join('/'));
      data['text/html'] = `<a href="${href}" target="_blank">All output of this cell</a>${part}`;
    }
    this.#send({ type: 'display', id: run.id, data, metadata: {}, displayId: undefined, update: false });
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
  /** Puts characters together that two pieces of bytes share; half a one does not wait for another cell. */
  #decoder = new StringDecoder('utf8');
  #decoding: CellRun | undefined;
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
    if (run !== this.#decoding) this.#decoder = new StringDecoder('utf8');
    this.#decoding = run;
    if (run !== undefined) for (const text of this.#texts(chunk, encoding)) this.#output.write(run, this.#name, text);
    if (typeof done === 'function') queueMicrotask(() => done(null));
    return true;
  }

  *#texts(chunk: unknown, encoding: unknown): Generator<string> {
    if (typeof chunk === 'string') {
      yield encoding === 'hex' || encoding === 'base64' ? Buffer.from(chunk, encoding).toString() : chunk;
      return;
    }
    if (!(chunk instanceof Uint8Array)) throw new TypeError('The chunk to write must be text or bytes.');
    for (let at = 0; at < chunk.byteLength; at += MOST_BYTES) {
      const length = Math.min(chunk.byteLength - at, MOST_BYTES);
      yield this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset + at, length));
    }
  }

  override end(chunk?: unknown): this {
    if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk);
    return this;
  }
}
