import { z } from 'zod';
import type { Output } from '../notebook.ts';

/*
 * Large outputs lie beside the document, as blobs under the SHA-256 of their bytes. In their place
 * stands an output with a marker of this type, beside a `text/plain` that any program can show. In
 * files there are no markers: what they stand for is put back when the file is written.
 */

export const REF_MIME = 'application/vnd.daybook.ref+json';

/** Characters of one value (an image, HTML, a figure, a text) that a document holds itself. */
export const LARGEST_VALUE = 64 * 1024;
/** The same for the text of a stream. */
export const LARGEST_STREAM = 200_000;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Size = z.number().int().nonnegative();

/** One blob and what becomes of its bytes: Base64 text, UTF-8 text, or JSON. */
export const Ref = z.object({
  sha256: Sha256,
  /** Bytes. */
  size: Size,
  enc: z.enum(['base64', 'utf8', 'json']),
  /** A line break that follows the Base64 text, as some kernels write it. */
  end: z.literal('\n').optional(),
  /** Of a picture, in pixels. */
  width: Size.optional(),
  height: Size.optional(),
});
export type Ref = z.infer<typeof Ref>;

/** Some values of a bundle, by media type. */
export const BundleMarker = z.object({
  v: z.literal(1),
  items: z.record(z.string(), Ref),
  /** The `text/plain` beside the marker is not the output's own. */
  standIn: z.literal(true).optional(),
});
export type BundleMarker = z.infer<typeof BundleMarker>;

/** A stream's text, in parts. `text/plain` has its beginning, a line of dots, and its end. */
export const StreamMarker = z.object({
  v: z.literal(1),
  /** The stream's name. */
  stream: z.string(),
  parts: z.array(Ref).min(1),
  /** Of the whole text. */
  sha256: Sha256,
  size: Size,
  /** Characters of `text/plain` that are the beginning and the end. */
  head: Size,
  tail: Size,
  /** The stream goes on in the next output. */
  open: z.literal(true).optional(),
  /** Other fields of the output. */
  rest: z.record(z.string(), z.unknown()).optional(),
});
export type StreamMarker = z.infer<typeof StreamMarker>;

export type Marker = BundleMarker | StreamMarker;

const AnyMarker = z.union([StreamMarker, BundleMarker]);

/** The marker of an output, if it has one; something that only looks like one is none. */
export function markerOf({ data }: Output): Marker | undefined {
  const found = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[REF_MIME] : undefined;
  return found === undefined ? undefined : AnyMarker.safeParse(found).data;
}

export function isStreamMarker(marker: Marker | undefined): marker is StreamMarker {
  return marker !== undefined && 'stream' in marker;
}

/** Every blob that a marker names. */
export function refsOf(marker: Marker): readonly Ref[] {
  return isStreamMarker(marker) ? marker.parts : Object.values(marker.items);
}

/**
 * Outputs for comparing: of large ones what they say counts, and not how they are cut into blobs or
 * what stands beside the marker.
 */
export function comparable(outputs: readonly Output[]): readonly unknown[] {
  return outputs.map((output) => {
    const marker = markerOf(output);
    if (marker === undefined) return output;
    if (isStreamMarker(marker)) {
      const { stream, sha256, rest, open } = marker;
      return { ...rest, output_type: 'stream', name: stream, sha256, open };
    }
    const items = Object.fromEntries(
      Object.entries(marker.items).map(([mime, { sha256, enc, end }]) => [mime, { sha256, enc, end }]),
    );
    return { ...output, data: { ...withoutStandIn(output, marker), [REF_MIME]: items } };
  });
}

/** The values of a bundle that its document holds itself. */
export function withoutStandIn({ data }: Output, marker: BundleMarker): Record<string, unknown> {
  const { [REF_MIME]: _, ...own } = (data ?? {}) as Record<string, unknown>;
  if (marker.standIn === true || marker.items['text/plain'] !== undefined) delete own['text/plain'];
  return own;
}

/** Bytes as people read them. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000)).toLocaleString('en')} KB`;
  return `${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
