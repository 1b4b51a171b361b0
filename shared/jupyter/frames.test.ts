import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { JupyterMessage } from '../ports/kernel-front.ts';
import { decode, encode, type Sign } from './frames.ts';

const header = { msg_id: '1', session: 's', username: 'u', date: '', msg_type: 'kernel_info_reply', version: '5.4' };
const message: JupyterMessage = {
  channel: 'shell',
  header,
  parent_header: {},
  metadata: {},
  content: { a: 'ä' },
  buffers: [Uint8Array.of(1, 2)],
};
const identities = [Buffer.from('who')];
const signed =
  (key: string): Sign =>
  (parts) =>
    parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key)).digest('hex');

test('what is encoded is decoded', () => {
  const read = decode(encode({ identities, message }, signed('key')), 'shell', signed('key'));
  expect(read.message).toEqual(message);
  expect(read.identities).toEqual(identities);
});

test('a wrong signature, a missing part and broken JSON are refused', () => {
  const frames = encode({ identities, message }, signed('key'));
  expect(() => decode(frames, 'shell', signed('other'))).toThrow('signature');
  expect(() => decode(frames.with(2, Buffer.from('short')), 'shell', signed('key'))).toThrow('signature');
  expect(() => decode(frames.slice(0, 4), 'shell', signed('key'))).toThrow('too few frames');
  const broken = encode({ identities, message }, () => '').with(3, Buffer.from('{'));
  expect(() => decode(broken, 'shell', () => '')).toThrow('not JSON');
});

test('bytes as Python’s jupyter_client signs them', () => {
  // Session(key=b"key").sign([b"{}", b"{}", b"{}", b"{}"])
  const parts = [1, 2, 3, 4].map(() => Buffer.from('{}'));
  expect(signed('key')(parts)).toBe('ca767b02c5bc061ed184a9a029e7f93a7f2f7ed4e8fe74120fc1212f0b008fa3');
});
