import { DaybookError } from '../errors/error.ts';
import type { JupyterMessage, KernelChannel } from '../ports/kernel-front.ts';

/**
 * Jupyter's ZeroMQ form of a message: identities, the delimiter, a signature over the next four
 * frames, then header, parent header, metadata and content as JSON, then raw buffers.
 */
const DELIMITER = '<IDS|MSG>';

/** Signs the four JSON frames: a hex HMAC-SHA256, or an empty text where nothing is signed. */
export type Sign = (parts: readonly Uint8Array[]) => string;

export interface FramedMessage {
  /** Frames that lead back to the sender. */
  readonly identities: readonly Uint8Array[];
  readonly message: JupyterMessage;
}

// There in every place that `shared` runs in; the language's own types do not name them.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

const utf8 = new TextEncoder();
const text = new TextDecoder();
const delimiter = utf8.encode(DELIMITER);

export function encode({ identities, message }: FramedMessage, sign: Sign): Uint8Array[] {
  const { header, parent_header, metadata, content, buffers } = message;
  const parts = [header, parent_header, metadata, content].map((part) => utf8.encode(JSON.stringify(part)));
  return [...identities, delimiter, utf8.encode(sign(parts)), ...parts, ...buffers];
}

/** Reads one message. Fails with `bad_message` when it is not one, or not signed as `sign` does. */
export function decode(frames: readonly Uint8Array[], channel: KernelChannel, sign: Sign): FramedMessage {
  const at = frames.findIndex((frame) => same(frame, delimiter));
  const [signature, ...rest] = frames.slice(at + 1);
  const parts = rest.slice(0, 4);
  if (at < 0 || signature === undefined || parts.length < 4) throw bad('it has too few frames');
  const expected = sign(parts);
  if (expected !== '' && !same(utf8.encode(expected), signature)) throw bad('its signature is wrong');
  const [header, parent, metadata, content] = parts.map(readObject);
  const message = { channel, header, parent_header: parent, metadata, content, buffers: rest.slice(4) };
  return { identities: frames.slice(0, at), message: message as unknown as JupyterMessage };
}

/** Takes the same time wherever two frames of one length differ. */
function same(one: Uint8Array, other: Uint8Array): boolean {
  if (one.byteLength !== other.byteLength) return false;
  let difference = 0;
  for (let at = 0; at < one.byteLength; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0);
  return difference === 0;
}

function readObject(part: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(text.decode(part));
  } catch (error) {
    throw bad('a part of it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null) throw bad('a part of it is not an object');
  return value;
}

function bad(reason: string, cause?: unknown): DaybookError {
  return new DaybookError('bad_message', `A message was ignored: ${reason}.`, { cause });
}
