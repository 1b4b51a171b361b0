import { createHash } from 'node:crypto';
import type { JsonObject, Output } from '@daybook/shared/notebook/notebook';
import { REF_MIME, type Ref, type StreamMarker, sizeWords } from '@daybook/shared/notebook/outputs/ref';
import type { OutputStore } from './store.ts';

/** Characters of one part, at most. */
const LARGEST_PART = 8_000_000;
/** Smaller parts than this are joined when there are too many. */
const SMALL_PART = 4_000_000;
const MOST_SMALL_PARTS = 40;
/** Characters, and lines, of the beginning and of the end that a document shows itself. */
const HEAD = 2_000;
const TAIL = 4_000;
const HEAD_LINES = 12;
const TAIL_LINES = 18;

/**
 * A stream's text that is too long for a document, piece by piece into the store. A piece that was
 * added is durable; the marker names all of them.
 */
export class LongStream {
  readonly #store: OutputStore;
  readonly #name: string;
  readonly #rest: JsonObject;
  readonly #hash = createHash('sha256');
  #parts: Ref[] = [];
  #size = 0;
  #head = '';
  #tail = '';

  /** `rest` are fields of the output beside its type, name and text. */
  constructor(store: OutputStore, name: string, rest: JsonObject = {}) {
    this.#store = store;
    this.#name = name;
    this.#rest = rest;
  }

  /** Adds what follows. One piece after the other. */
  async add(text: string): Promise<void> {
    const parts: Ref[] = [];
    const hashed: Uint8Array[] = [];
    for (let from = 0; from < text.length; ) {
      const to = cutBefore(text, from, from + LARGEST_PART);
      const bytes = new TextEncoder().encode(text.slice(from, to));
      parts.push({ sha256: await this.#store.put(bytes), size: bytes.byteLength, enc: 'utf8' });
      hashed.push(bytes);
      from = to;
    }
    // Nothing counts before all of it is stored: a piece that failed may be added again.
    this.#parts = await this.#joined([...this.#parts, ...parts]);
    for (const bytes of hashed) {
      this.#hash.update(bytes);
      this.#size += bytes.byteLength;
    }
    if (this.#head.length < HEAD) this.#head = (this.#head + text.slice(0, HEAD)).slice(0, HEAD);
    this.#tail = (this.#tail + text.slice(-TAIL)).slice(-TAIL);
  }

  /** What stands in the document. `open`: the stream goes on in the output behind it. */
  output({ open }: { readonly open: boolean }): Output {
    const head = beginning(this.#head);
    const tail = open ? '' : ending(this.#tail);
    const between = `\n… ${sizeWords(this.#size)} in all …\n`;
    const marker: StreamMarker = {
      v: 1,
      stream: this.#name,
      parts: this.#parts,
      sha256: this.#hash.copy().digest('hex'),
      size: this.#size,
      head: head.length,
      tail: tail.length,
      ...(open ? { open: true } : {}),
      ...(Object.keys(this.#rest).length > 0 ? { rest: this.#rest } : {}),
    };
    const data = { 'text/plain': head + between + tail, [REF_MIME]: marker };
    return { output_type: 'display_data', data, metadata: {} };
  }

  /** Few parts, so that the marker stays small however long the stream trickles. */
  async #joined(parts: Ref[]): Promise<Ref[]> {
    const firstSmall = parts.length - [...parts].reverse().findIndex(({ size }) => size >= SMALL_PART);
    const from = parts.some(({ size }) => size >= SMALL_PART) ? firstSmall : 0;
    const small = parts.slice(from);
    if (small.length <= MOST_SMALL_PARTS) return parts;
    const bytes = Buffer.concat(await Promise.all(small.map(({ sha256 }) => this.#store.get(sha256))));
    const joined: Ref = { sha256: await this.#store.put(bytes), size: bytes.byteLength, enc: 'utf8' };
    return [...parts.slice(0, from), joined];
  }
}

/** The last place up to `most` at which a text may be cut: behind a line, or at least behind a character. */
export function cutBefore(text: string, from: number, most: number): number {
  if (most >= text.length) return text.length;
  const line = text.lastIndexOf('\n', most - 1) + 1;
  if (line > from + (most - from) / 2) return line;
  return isSplit(text, most) ? most - 1 : most;
}

/** Up to the end of a line, where one is, and of a character. */
function beginning(text: string): string {
  const lines = text.split('\n').slice(0, HEAD_LINES);
  if (lines.length === HEAD_LINES) return `${lines.join('\n')}\n`;
  const line = text.lastIndexOf('\n');
  if (line > text.length / 2) return text.slice(0, line + 1);
  return text.replace(/[\ud800-\udbff]$/, '');
}

/** From the beginning of a line, where one is, and of a character. */
function ending(text: string): string {
  const lines = text.split('\n');
  const most = TAIL_LINES + (text.endsWith('\n') ? 1 : 0);
  if (lines.length > most) return lines.slice(-most).join('\n');
  const line = text.indexOf('\n') + 1;
  if (line > 0 && line < text.length / 2) return text.slice(line);
  return text.replace(/^[\udc00-\udfff]/, '');
}

/** A character that takes two units stands across this place. */
function isSplit(text: string, at: number): boolean {
  return (
    at > 0 &&
    at < text.length &&
    (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 &&
    (text.charCodeAt(at) & 0xfc00) === 0xdc00
  );
}
