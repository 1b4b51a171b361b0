import { readJson } from '@daybook/shared/notebook/json-read';
import { writeJson } from '@daybook/shared/notebook/json-write';
import { isSplit, splitLines } from '@daybook/shared/notebook/multiline';
import { isStreamMarker, type Marker, type Ref } from '@daybook/shared/notebook/outputs/ref';
import type { OutputStore } from './store.ts';

/** What stands in a notebook's file in the place of a token in quotes. */
export interface Fragment {
  readonly bytes: Uint8Array;
  /** It is lines of a list, and the last one has its end. */
  readonly endsLine: boolean;
}

/** Where values stand in a file, as indentation: lines of a stream, lines of a value, members of a value. */
const STREAM_LINE = ' '.repeat(6);
const VALUE_LINE = ' '.repeat(7);
const VALUE = ' '.repeat(6);

/** Bytes of fragments that are kept, since a file is written again and again with the same outputs. */
const MOST_KEPT = 96 << 20;

/** The pieces of notebook files that large outputs are, as nbformat writes them. */
export class Fragments {
  readonly #store: OutputStore;
  /** Oldest first. */
  readonly #kept = new Map<string, Fragment>();
  #bytes = 0;

  constructor(store: OutputStore) {
    this.#store = store;
  }

  /** One fragment for a stream, one per item otherwise, in their order. Errors: `output_gone`, those of the store. */
  async of(marker: Marker): Promise<Fragment[]> {
    if (isStreamMarker(marker)) {
      const { parts } = marker;
      return [
        await this.#remember(`lines ${parts.map(({ sha256 }) => sha256).join()}`, () =>
          this.#lines(parts, STREAM_LINE),
        ),
      ];
    }
    const found: Fragment[] = [];
    for (const [mime, ref] of Object.entries(marker.items)) {
      const split = ref.enc === 'utf8' && isSplit(mime);
      const make = () => (split ? this.#lines([ref], VALUE_LINE) : this.#value(ref));
      found.push(await this.#remember(`${split} ${ref.enc} ${ref.end === undefined} ${ref.sha256}`, make));
    }
    return found;
  }

  async #remember(key: string, make: () => Promise<Fragment>): Promise<Fragment> {
    const known = this.#kept.get(key);
    const fragment = known ?? (await make());
    this.#kept.delete(key);
    this.#kept.set(key, fragment);
    if (known === undefined) this.#bytes += fragment.bytes.byteLength;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= MOST_KEPT) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes.byteLength;
    }
    return fragment;
  }

  /** Strings of a list, one per line. A line may begin in one part and end in the next. */
  async #lines(parts: readonly Ref[], indent: string): Promise<Fragment> {
    const chunks: Buffer[] = [];
    let last = '';
    for (const { sha256 } of parts) {
      const lines = splitLines(last + text(await this.#store.get(sha256)));
      last = lines.pop() ?? '';
      if (lines.length > 0)
        chunks.push(Buffer.from(`${lines.map((line) => JSON.stringify(line)).join(`,\n${indent}`)},\n${indent}`));
    }
    chunks.push(Buffer.from(JSON.stringify(last)));
    return { bytes: Buffer.concat(chunks), endsLine: last.endsWith('\n') };
  }

  async #value({ sha256, enc, end }: Ref): Promise<Fragment> {
    const bytes = await this.#store.get(sha256);
    return { bytes: Buffer.from(literal(bytes, enc, end ?? '')), endsLine: false };
  }
}

function literal(bytes: Uint8Array, enc: Ref['enc'], end: string): string {
  if (enc === 'json') return writeJson(readJson(text(bytes)), VALUE);
  return JSON.stringify(enc === 'utf8' ? text(bytes) : `${Buffer.from(bytes).toString('base64')}${end}`);
}

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
