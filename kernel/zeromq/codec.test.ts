import { expect, test } from 'vitest';
import { messageMaker } from '../protocol/message.ts';
import { decode, encode } from './codec.ts';

const made = messageMaker('s', { id: () => '1', now: () => new Date(0) }).make({
  channel: 'shell',
  type: 'kernel_info_reply',
  content: { a: 'ä' },
  parent: undefined,
  buffers: [Uint8Array.of(1, 2)],
});
const identities = [Buffer.from('who')];

test('what is encoded is decoded', () => {
  const read = decode(encode({ identities, message: made }, 'key'), 'shell', 'key');
  expect(read.message).toEqual({ ...made, buffers: [Uint8Array.of(1, 2)] });
  expect(read.identities).toEqual(identities);
});

test('K6 a wrong signature, a missing part and broken JSON are refused', () => {
  const frames = encode({ identities, message: made }, 'key');
  expect(() => decode(frames, 'shell', 'other')).toThrow('signature');
  expect(() => decode(frames.slice(0, 4), 'shell', 'key')).toThrow('too few frames');
  const broken = encode({ identities, message: made }, '').with(3, Buffer.from('{'));
  expect(() => decode(broken, 'shell', '')).toThrow('not JSON');
});
