import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frames.ts';

test('frames survive any cut of the stream', () => {
  const bytes = Buffer.concat([
    encodeFrame({ text: 'ä😀' }, [Uint8Array.of(1, 2, 3), new Uint8Array(0)]),
    encodeFrame([1]),
    encodeFrame('', [new Uint8Array(70_000).fill(7)]),
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
