import { describe, expect, test } from 'vitest';
import { decodeRoomMessage, encodeRoomMessage, type RoomMessage } from './room-messages.ts';

describe('messages of a room', () => {
  const messages: RoomMessage[] = [
    { type: 'durableAck', seq: 1 },
    { type: 'reject', code: 'read_only', reason: 'Nur lesen 🎉', seq: 7 },
    { type: 'reject', code: 'read_only', reason: '' },
    { type: 'reset', epoch: 2 },
    { type: 'event', kind: 'comment', body: { text: 'x'.repeat(300), deep: [null, true] } },
  ];
  for (const message of messages) {
    test(`${JSON.stringify(message).slice(0, 60)} comes back as it went`, () => {
      expect(decodeRoomMessage(encodeRoomMessage(message))).toEqual(message);
    });
  }

  test('the bytes are lib0’s: type, length in bytes, JSON', () => {
    expect([...encodeRoomMessage({ type: 'durableAck', seq: 3 })]).toEqual([100, 9, ...Buffer.from('{"seq":3}')]);
    const long = encodeRoomMessage({ type: 'event', kind: 'k', body: 'x'.repeat(200) });
    expect((long[1] ?? 0) - 128 + (long[2] ?? 0) * 128).toBe(long.length - 3);
  });

  const others: Record<string, number[]> = {
    'a frame of y-websocket': [0, 2, 1, 0],
    'an empty frame': [],
    'an unknown type': [110, 2, 0x7b, 0x7d],
    'a body of the wrong shape': [100, 2, 0x7b, 0x7d],
    'a body that is no JSON': [100, 1, 0x7b],
    'a frame cut short': [100, 9, 0x7b],
    'a length without end': [100, 255, 255, 255, 255, 255, 255],
  };
  for (const [name, bytes] of Object.entries(others)) {
    test(`${name} is nothing of ours`, () => expect(decodeRoomMessage(Uint8Array.from(bytes))).toBeUndefined());
  }
});
