import { writeJson } from '@daybook/shared/notebook/json-write';
import type { Output } from '@daybook/shared/notebook/notebook';
import {
  type BundleMarker,
  LARGEST_STREAM,
  LARGEST_VALUE,
  REF_MIME,
  type Ref,
  sizeWords,
} from '@daybook/shared/notebook/outputs/ref';
import { LongStream } from './long-stream.ts';
import { pictureSize } from './picture-size.ts';
import type { OutputStore } from './store.ts';

/** Characters that the stand-in of a text has. */
const PREVIEW = 2_000;
/** Daybook's own types are summaries already: pages read them from the document. */
const OWN = /^application\/vnd\.daybook\./;
const LARGEST_OWN = 1_000_000;

const small = new WeakSet<Output>();

/** True when something in this output is too large for a document. */
export function isLarge(output: Output): boolean {
  if (small.has(output)) return false;
  const large =
    output.output_type === 'stream'
      ? typeof output.text === 'string' && output.text.length > LARGEST_STREAM
      : largeValues(output).length > 0;
  if (!large) small.add(output);
  return large;
}

/**
 * Puts what is large in an output into the store; answers the output with a marker in its place.
 * What cannot be put back byte by byte stays as it is.
 */
export async function stow(store: OutputStore, output: Output): Promise<Output> {
  if (!isLarge(output)) return output;
  if (output.output_type === 'stream') {
    const { output_type, name, text, ...rest } = output;
    const stream = new LongStream(store, String(name ?? 'stdout'), rest);
    await stream.add(String(text));
    return stream.output({ open: false });
  }
  const data = { ...(output.data as Record<string, unknown>) };
  const items: Record<string, Ref> = {};
  for (const [mime, text] of largeValues(output)) {
    const { bytes, ...how } = encode(mime, data[mime], text);
    items[mime] = { sha256: await store.put(bytes), size: bytes.byteLength, ...how };
  }
  const marker: BundleMarker = { v: 1, items };
  for (const [mime, { size }] of Object.entries(items)) {
    const value = data[mime];
    delete data[mime];
    if (mime === 'text/plain') data[mime] = `${wholeCharacters(String(value))}\n… ${sizeWords(size)} in all …\n`;
  }
  const kept = data['text/plain'] === undefined ? { ...data, 'text/plain': standInFor(items) } : data;
  const standIn = data['text/plain'] === undefined ? { standIn: true as const } : {};
  return { ...output, data: { ...kept, [REF_MIME]: { ...marker, ...standIn } } };
}

/** Media types of values that are too large, each with its text. */
function largeValues({ output_type, data }: Output): readonly (readonly [string, string])[] {
  const rich = output_type === 'display_data' || output_type === 'execute_result';
  if (!rich || typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([mime, value]) => {
    if (mime === REF_MIME || value === undefined) return [];
    const text = typeof value === 'string' ? value : writeJson(value);
    return text.length > (OWN.test(mime) ? LARGEST_OWN : LARGEST_VALUE) ? [[mime, text] as const] : [];
  });
}

type Encoded = Pick<Ref, 'enc' | 'end' | 'width' | 'height'> & { readonly bytes: Uint8Array };

function encode(mime: string, value: unknown, text: string): Encoded {
  if (typeof value !== 'string') return { bytes: Buffer.from(text), enc: 'json' };
  const plain = value.endsWith('\n') ? value.slice(0, -1) : value;
  const bytes = isText(mime) ? undefined : Buffer.from(plain, 'base64');
  // Only what comes out as it went in: Base64 can be written in more than one way.
  if (bytes === undefined || bytes.toString('base64') !== plain) return { bytes: Buffer.from(text), enc: 'utf8' };
  return { bytes, enc: 'base64', ...(plain === value ? {} : { end: '\n' }), ...pictureSize(bytes) };
}

/** Base64 would be a strange coincidence. */
function isText(mime: string): boolean {
  return mime.startsWith('text/') || mime.endsWith('+xml') || mime.endsWith('json') || mime.endsWith('javascript');
}

function wholeCharacters(text: string): string {
  return text.slice(0, PREVIEW).replace(/[\ud800-\udbff]$/, '');
}

function standInFor(items: Readonly<Record<string, Ref>>): string {
  return Object.entries(items)
    .map(([mime, { size }]) => `[${mime}, ${sizeWords(size)}]`)
    .join('\n');
}
