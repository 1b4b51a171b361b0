import { createHmac, timingSafeEqual } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import type { JupyterMessage, KernelChannel } from '@daybook/shared/ports/kernel-front';

/**
 * Jupyter's wire format: identities, the delimiter, a hex HMAC-SHA256 over the next four frames,
 * then header, parent header, metadata and content as JSON, then raw buffers. An empty key means
 * that nothing is signed.
 */
const DELIMITER = Buffer.from('<IDS|MSG>');

export interface WireMessage {
  /** Frames that lead back to the sender. */
  readonly identities: readonly Uint8Array[];
  readonly message: JupyterMessage;
}

export function encode({ identities, message }: WireMessage, key: string): Uint8Array[] {
  const { header, parent_header, metadata, content, buffers } = message;
  const parts = [header, parent_header, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
  return [...identities, DELIMITER, Buffer.from(sign(parts, key)), ...parts, ...buffers];
}

/** Reads one message. Fails with `bad_message` when it is not one, or not signed with `key`. */
export function decode(frames: readonly Uint8Array[], channel: KernelChannel, key: string): WireMessage {
  const at = frames.findIndex((frame) => DELIMITER.equals(frame));
  const [signature, ...rest] = frames.slice(at + 1);
  const parts = rest.slice(0, 4);
  if (at < 0 || signature === undefined || parts.length < 4) throw bad('it has too few frames');
  const expected = Buffer.from(sign(parts, key));
  if (key !== '' && (expected.byteLength !== signature.byteLength || !timingSafeEqual(expected, signature))) {
    throw bad('its signature is wrong');
  }
  const [header, parent, metadata, content] = parts.map(readObject);
  const message = { channel, header, parent_header: parent, metadata, content, buffers: rest.slice(4) };
  return { identities: frames.slice(0, at), message: message as unknown as JupyterMessage };
}

function sign(parts: readonly Uint8Array[], key: string): string {
  if (key === '') return '';
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

function readObject(part: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part).toString());
  } catch (error) {
    throw bad('a part of it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null) throw bad('a part of it is not an object');
  return value;
}

function bad(reason: string, cause?: unknown): DaybookError {
  return new DaybookError('bad_message', `A message was ignored: ${reason}.`, { cause });
}
