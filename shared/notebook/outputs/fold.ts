import type { JsonObject, Output } from '../notebook.ts';
import { StreamText } from './stream-text.ts';

/** What a kernel says on `iopub` that belongs into a cell's outputs. */
export interface OutputMessage {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export const OUTPUT_TYPES: ReadonlySet<string> = new Set([
  'stream',
  'display_data',
  'execute_result',
  'error',
  'clear_output',
  'update_display_data',
]);

/**
 * Folds a kernel's messages into the outputs of a cell as nbformat has them, in the order they were
 * said. Pieces of one stream that follow each other are one output. An output that changes is a new
 * object; the others stay the same, so that `difference` sees at once what changed.
 */
export class OutputFold {
  #outputs: Output[] = [];
  /** The text of the last output, when that is a stream. */
  #stream: StreamText | undefined;
  /** The text that an output is of, or stands for. */
  readonly #texts = new WeakMap<Output, StreamText>();
  /** Names of streams. */
  readonly #names = new WeakMap<StreamText, string>();
  /** Positions by display id. */
  readonly #displays = new Map<string, number[]>();
  /** `clear_output(wait)`: cleared when the next output comes. */
  #clearing = false;

  get outputs(): readonly Output[] {
    return this.#outputs;
  }

  /** True when an output here has this display id. */
  shows(display: string): boolean {
    return this.#displays.has(display);
  }

  apply({ type, content }: OutputMessage): void {
    switch (type) {
      case 'stream':
        this.#addStream(content.name === 'stderr' ? 'stderr' : 'stdout', textOf(content.text));
        return;
      case 'display_data':
      case 'execute_result': {
        const count = type === 'execute_result' ? { execution_count: content.execution_count ?? null } : {};
        const output = {
          output_type: type,
          data: objectOf(content.data),
          metadata: objectOf(content.metadata),
          ...count,
        };
        this.#add(output, displayOf(content));
        return;
      }
      case 'error': {
        const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
        this.#add({
          output_type: 'error',
          ename: String(content.ename ?? ''),
          evalue: String(content.evalue ?? ''),
          traceback,
        });
        return;
      }
      case 'clear_output':
        if (content.wait === true) this.#clearing = true;
        else this.clear();
        return;
      case 'update_display_data':
        this.#update(content);
        return;
    }
  }

  clear(): void {
    this.#clearing = false;
    this.#outputs = [];
    this.#stream = undefined;
    this.#displays.clear();
  }

  /** Leaves out what was shown before: these outputs, and the beginning of the one that went on since. */
  forget(shown: readonly Output[]): void {
    const wanted = this.#outputs;
    let same = 0;
    while (same < shown.length && shown[same] === wanted[same]) same += 1;
    const [old, now] = [shown[same], wanted[same]];
    const goesOn = old?.output_type === 'stream' && old.name === now?.name && startsWith(now?.text, old.text);
    const rest = wanted.slice(Math.min(shown.length, wanted.length));
    const ids = new Map([...this.#displays].flatMap(([id, places]) => places.map((place) => [wanted[place], id])));
    const clearing = this.#clearing;
    this.clear();
    if (goesOn) this.#addStream(String(now?.name), String(now?.text).slice(String(old.text).length));
    for (const output of rest) {
      if (output.output_type === 'stream') this.#addStream(String(output.name), String(output.text));
      else this.#add(output, ids.get(output));
    }
    this.#clearing = clearing;
  }

  /** The stream that an output is of, or stands for; the same as long as text is added to it. */
  streamOf(output: Output): StreamText | undefined {
    return this.#texts.get(output);
  }

  /**
   * Puts an output in the place of the beginning of a stream, and of one that was put there before.
   * False when the stream is not here any more. What the stream says next is added to the rest.
   */
  cut(stream: StreamText, length: number, by: Output): boolean {
    const places = this.#outputs.flatMap((output, at) => (this.#texts.get(output) === stream ? [at] : []));
    const [first] = places;
    if (first === undefined) return false;
    stream.drop(length);
    const rest = stream.text === '' ? [] : [this.#streamOutput(stream)];
    this.#texts.set(by, stream);
    this.#splice(first, places.length, [by, ...rest]);
    return true;
  }

  /** Puts an output in the place of another; false when that is not here any more. */
  replace(output: Output, by: Output): boolean {
    const at = this.#outputs.indexOf(output);
    if (at === -1) return false;
    const stream = this.#texts.get(output);
    if (stream !== undefined) this.#texts.set(by, stream);
    this.#splice(at, 1, [by]);
    return true;
  }

  #splice(at: number, count: number, by: readonly Output[]): void {
    this.#outputs = [...this.#outputs.slice(0, at), ...by, ...this.#outputs.slice(at + count)];
    const moved = by.length - count;
    if (moved === 0) return;
    for (const [id, places] of this.#displays) {
      this.#displays.set(
        id,
        places.map((place) => (place >= at + count ? place + moved : place)),
      );
    }
  }

  #addStream(name: string, piece: string): void {
    if (piece === '') return;
    if (this.#clearing) this.clear();
    const last = this.#outputs.at(-1);
    if (this.#stream === undefined || this.#names.get(this.#stream) !== name) {
      this.#stream = new StreamText();
      this.#names.set(this.#stream, name);
      this.#stream.append(piece);
      this.#outputs = [...this.#outputs, this.#streamOutput(this.#stream)];
      return;
    }
    this.#stream.append(piece);
    const before = last?.output_type === 'stream' ? this.#outputs.slice(0, -1) : this.#outputs;
    this.#outputs = [...before, this.#streamOutput(this.#stream)];
  }

  #streamOutput(stream: StreamText): Output {
    const output = { output_type: 'stream', name: this.#names.get(stream), text: stream.text };
    this.#texts.set(output, stream);
    return output;
  }

  #add(output: Output, display?: string): void {
    if (this.#clearing) this.clear();
    this.#stream = undefined;
    this.#outputs = [...this.#outputs, output];
    if (display === undefined) return;
    const places = this.#displays.get(display) ?? [];
    this.#displays.set(display, [...places, this.#outputs.length - 1]);
  }

  #update(content: Readonly<Record<string, unknown>>): void {
    const places = this.#displays.get(displayOf(content) ?? '') ?? [];
    if (places.length === 0) return;
    const [data, metadata] = [objectOf(content.data), objectOf(content.metadata)];
    this.#outputs = this.#outputs.map((output, at) => (places.includes(at) ? { ...output, data, metadata } : output));
  }
}

function startsWith(text: unknown, beginning: unknown): boolean {
  return String(text).startsWith(String(beginning));
}

/** The id under which a display can be updated later. */
export function displayOf(content: Readonly<Record<string, unknown>>): string | undefined {
  const { display_id: id } = objectOf(content.transient);
  return typeof id === 'string' ? id : undefined;
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('') : String(value ?? '');
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
