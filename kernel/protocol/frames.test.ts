import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frames.ts';

test('frames survive any cut of the stream', () => {
  const bytes = Buffer.concat([
    ...encodeFrame({ text: 'ä😀' }, [Uint8Array.of(1, 2, 3), new Uint8Array(0)]),
    ...encodeFrame([1]),
    ...encodeFrame('', [new Uint8Array(70_000).fill(7)]),
  ]);
  for (const size of [1, 2, 3, 7, 64, 65_536, bytes.byteLength]) {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < bytes.byteLength; at += size) frames.push(...reader.push(bytes.subarray(at, at + size)));
    expect(frames.map((frame) => frame.value)).toEqual([{ text: 'ä😀' }, [1], '']);
    expect(frames.map((frame) => frame.buffers.map((buffer) => buffer.byteLength))).toEqual([[3, 0], [], [70_000]]);
    expect([...(frames[0]?.buffers[0] ?? [])]).toEqual([1, 2, 3]);
  }
});

test('bytes that are read right into their place make the same frames', () => {
  const block = new Uint8Array(70_000).map((_, at) => at % 251);
  const bytes = Buffer.concat([...encodeFrame('a', [block, Uint8Array.of(9)]), ...encodeFrame('b')]);
  const reader = new FrameReader();
  const frames = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const taken = Math.min(reader.room.byteLength, 30_000, bytes.byteLength - at);
    reader.room.set(bytes.subarray(at, at + taken));
    frames.push(...reader.filled(taken));
    at += taken;
  }
  expect(frames.map(({ value }) => value)).toEqual(['a', 'b']);
  const [first] = frames[0]?.buffers ?? [];
  expect(Buffer.compare(first ?? Uint8Array.of(), block)).toBe(0);
  // Typed arrays of any kind can be laid over it.
  expect(first?.byteOffset).toBe(0);
  expect(first?.buffer.byteLength).toBe(70_000);
});

test('a buffer that was cut to a view is sent as that view', () => {
  const [frame] = new FrameReader().push(Buffer.concat(encodeFrame('', [Uint8Array.of(1, 2, 3, 4).subarray(1, 3)])));
  expect([...(frame?.buffers[0] ?? [])]).toEqual([2, 3]);
});

const framed = (json: string, more = 0, length = 4 + Buffer.byteLength(json) + more) => {
  const start = Buffer.alloc(8);
  start.writeUInt32LE(length, 0);
  start.writeUInt32LE(Buffer.byteLength(json), 4);
  return Buffer.concat([start, Buffer.from(json), Buffer.alloc(more)]);
};

test.each([
  ['text on the pipe', Buffer.from('printed by a library\n')],
  ['no JSON', framed('{')],
  ['an empty frame', Buffer.alloc(8)],
  ['no sizes', framed('{"value":1}')],
  ['fewer bytes than its buffers', framed('{"value":1,"sizes":[5]}', 4)],
  ['more bytes than its buffers', framed('{"value":1,"sizes":[5]}', 6)],
  ['a negative size', framed('{"value":1,"sizes":[-1,5]}', 4)],
  ['a size that is no number', framed('{"value":1,"sizes":["4"]}', 4)],
  ['a length beyond what is read', framed('{"value":1,"sizes":[]}', 0, 0xffffffff)],
  ['JSON longer than the frame', framed('{"value":1,"sizes":[]}', 0, 8)],
])('%s is refused', (_, bytes) => {
  expect(() => new FrameReader().push(bytes)).toThrow();
});
