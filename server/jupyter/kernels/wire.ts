import { DaybookError } from '@daybook/shared/errors/error';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { z } from 'zod';

/*
 * How kernel messages stand in WebSocket frames. Two forms: `v1.kernel.websocket.jupyter.org`
 * (binary: a count and a table of u64 little-endian offsets, then channel, header, parent header,
 * metadata, content, and the buffers), and Jupyter's older default (JSON text; with buffers a
 * binary frame: a table of u32 big-endian offsets, the JSON, the buffers).
 */

export const V1_PROTOCOL = 'v1.kernel.websocket.jupyter.org';

export interface Wire {
  encode(message: JupyterMessage): Uint8Array | string;
  /** Fails with `bad_kernel_message` on anything that is not a client's message. */
  decode(frame: Uint8Array | string): JupyterMessage;
}

const Header = z.looseObject({
  msg_id: z.string().min(1),
  session: z.string().default(''),
  username: z.string().default(''),
  date: z.string().default(''),
  msg_type: z.string().min(1),
  version: z.string().default('5.3'),
});
const Fields = z.record(z.string(), z.unknown());
const Message = z.object({
  channel: z.enum(['shell', 'control', 'stdin']),
  header: Header,
  parent_header: z.union([Header, Fields]).nullish(),
  metadata: Fields.nullish(),
  content: Fields.nullish(),
});

/** The form both sides agreed on in the handshake. */
export function wireOf(protocol: string): Wire {
  return protocol === V1_PROTOCOL ? v1 : plain;
}

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });

const v1: Wire = {
  encode({ channel, header, parent_header, metadata, content, buffers }) {
    const parts = [
      utf8.encode(channel),
      ...[header, parent_header, metadata, content].map((part) => utf8.encode(JSON.stringify(part))),
      ...buffers,
    ];
    const count = parts.length + 1;
    const head = 8 * (count + 1);
    const frame = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, head));
    const view = new DataView(frame.buffer);
    view.setBigUint64(0, BigInt(count), true);
    let at = head;
    parts.forEach((part, index) => {
      view.setBigUint64(8 * (index + 1), BigInt(at), true);
      frame.set(part, at);
      at += part.byteLength;
    });
    view.setBigUint64(8 * count, BigInt(at), true);
    return frame;
  },
  decode(frame) {
    if (typeof frame === 'string') return plain.decode(frame);
    return guarded(() => {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
      const count = Number(view.getBigUint64(0, true));
      if (count < 6 || count > 10_000) throw new RangeError(`${count} offsets`);
      const offsets = Array.from({ length: count }, (_, index) => Number(view.getBigUint64(8 * (index + 1), true)));
      const parts = slices(frame, offsets);
      const [channel, header, parent_header, metadata, content] = parts.slice(0, 5).map((part) => text.decode(part));
      const json = [header, parent_header, metadata, content].map((part) => JSON.parse(part ?? ''));
      return message(
        { channel, header: json[0], parent_header: json[1], metadata: json[2], content: json[3] },
        parts.slice(5),
      );
    });
  },
};

const plain: Wire = {
  encode({ buffers, ...message }) {
    // Programs that know this form read id and type at the top, where Jupyter puts them too.
    const { msg_id, msg_type } = message.header;
    const rest = { ...message, msg_id, msg_type };
    if (buffers.length === 0) return JSON.stringify({ ...rest, buffers });
    const parts = [utf8.encode(JSON.stringify(rest)), ...buffers];
    const head = 4 * (parts.length + 1);
    const frame = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, head));
    const view = new DataView(frame.buffer);
    view.setUint32(0, parts.length);
    let at = head;
    parts.forEach((part, index) => {
      view.setUint32(4 * (index + 1), at);
      frame.set(part, at);
      at += part.byteLength;
    });
    return frame;
  },
  decode(frame) {
    return guarded(() => {
      if (typeof frame === 'string') return message(JSON.parse(frame), []);
      const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
      const count = view.getUint32(0);
      if (count < 1 || count > 10_000) throw new RangeError(`${count} parts`);
      const offsets = Array.from({ length: count }, (_, index) => view.getUint32(4 * (index + 1)));
      const [json, ...buffers] = slices(frame, [...offsets, frame.byteLength]);
      return message(JSON.parse(text.decode(json)), buffers);
    });
  },
};

/** The pieces between neighbouring offsets, copied so that they outlive the frame. */
function slices(frame: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let index = 0; index + 1 < offsets.length; index++) {
    const [start, end] = [offsets[index] ?? 0, offsets[index + 1] ?? 0];
    if (start > end || end > frame.byteLength)
      throw new RangeError(`part from ${start} to ${end} of ${frame.byteLength} bytes`);
    parts.push(frame.slice(start, end));
  }
  return parts;
}

function message(value: unknown, buffers: readonly Uint8Array[]): JupyterMessage {
  const { channel, header, parent_header, metadata, content } = Message.parse(value);
  return {
    channel,
    header,
    parent_header: (parent_header ?? {}) as JupyterMessage['parent_header'],
    metadata: metadata ?? {},
    content: content ?? {},
    buffers,
  };
}

function guarded(decode: () => JupyterMessage): JupyterMessage {
  try {
    return decode();
  } catch (cause) {
    throw new DaybookError('bad_kernel_message', 'A frame on the kernel’s WebSocket is not a Jupyter message.', {
      cause,
      action: 'Use a client of Jupyter messaging 5.x.',
    });
  }
}
