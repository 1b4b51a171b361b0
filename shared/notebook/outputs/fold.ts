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

  #addStream(name: string, piece: string): void {
    if (piece === '') return;
    if (this.#clearing) this.clear();
    const last = this.#outputs.at(-1);
    if (this.#stream === undefined || last?.name !== name) {
      this.#stream = new StreamText();
      this.#stream.append(piece);
      this.#outputs = [...this.#outputs, { output_type: 'stream', name, text: this.#stream.text }];
      return;
    }
    this.#stream.append(piece);
    this.#outputs = [...this.#outputs.slice(0, -1), { output_type: 'stream', name, text: this.#stream.text }];
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
