import { createRequire } from 'node:module';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { V1_PROTOCOL, wireOf } from './wire.ts';

fc.configureGlobal({ seed: 20261122 });

// The other side: the stock front end's own codec.
const { serialize, deserialize } = createRequire(import.meta.url)('@jupyterlab/services/lib/kernel/serialize.js') as {
  serialize(message: unknown, protocol: string): ArrayBuffer | string;
  deserialize(frame: ArrayBuffer | string, protocol: string): JupyterMessage;
};

const header = fc.record({
  msg_id: fc.string({ minLength: 1 }),
  session: fc.string(),
  username: fc.string(),
  date: fc.string(),
  msg_type: fc.string({ minLength: 1 }),
  version: fc.constant('5.4'),
});
// The parser drops a top-level `__proto__` on purpose.
const key = fc.string().filter((name) => name !== '__proto__');
const content = fc.dictionary(key, fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<unknown>, {
  noNullPrototype: true,
});
const message: fc.Arbitrary<JupyterMessage> = fc.record({
  channel: fc.constantFrom('shell', 'control', 'stdin'),
  header,
  parent_header: fc.oneof(header, fc.constant({})),
  metadata: content,
  content,
  buffers: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }),
});

const json = (value: unknown) => JSON.parse(JSON.stringify(value));
const bytes = (buffers: readonly (Uint8Array | DataView)[]) =>
  buffers.map((buffer) => [...new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)]);
const frameOf = (frame: ArrayBuffer | string) => (typeof frame === 'string' ? frame : new Uint8Array(frame));
const toBuffer = (frame: Uint8Array | string) =>
  typeof frame === 'string' ? frame : (frame.slice().buffer as ArrayBuffer);

describe.each([
  ['v1', V1_PROTOCOL],
  ['default', ''],
])('K1: the %s form', (_, protocol) => {
  const wire = wireOf(protocol);

  test('reads what the stock client writes', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const frame = frameOf(
          serialize({ ...sent, buffers: sent.buffers.map((buffer) => buffer.slice().buffer) }, protocol),
        );
        const read = wire.decode(frame);
        expect(json({ ...read, buffers: [] })).toEqual(json({ ...sent, buffers: [] }));
        expect(bytes(read.buffers)).toEqual(bytes(sent.buffers));
      }),
    );
  });

  test('writes what the stock client reads', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const read = deserialize(toBuffer(wire.encode({ ...sent, channel: 'iopub' })), protocol);
        const { msg_id, msg_type } = sent.header;
        // Jupyter's own JSON form repeats these two at the top; its programs read them there.
        const top = protocol === '' ? { msg_id, msg_type } : {};
        expect(json({ ...read, buffers: [] })).toEqual(json({ ...sent, ...top, channel: 'iopub', buffers: [] }));
        expect(bytes(read.buffers as never)).toEqual(bytes(sent.buffers));
      }),
    );
  });

  test('refuses anything else by name, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string()), (frame) => {
        expect(() => wire.decode(frame)).toThrow(expect.objectContaining({ code: 'bad_kernel_message' }));
      }),
    );
    const forged = new Uint8Array(64);
    new DataView(forged.buffer).setBigUint64(0, 2n ** 40n, true);
    expect(() => wire.decode(forged)).toThrow(expect.objectContaining({ code: 'bad_kernel_message' }));
  });
});
