import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDataChannel } from './channel.ts';
import { encodeFrame, type Frame, FrameReader, MAX_HEAD } from './frames.ts';

function frameBytes(head: unknown, body?: Uint8Array): Uint8Array {
  return Buffer.concat(encodeFrame(head, body));
}

/** A stream whose other end the test plays. */
function playedStream(): { stream: Duplex; sent: Frame[]; say(bytes: Uint8Array): void } {
  const sent: Frame[] = [];
  const reader = new FrameReader((frame) => sent.push(frame));
  const stream = new Duplex({
    read() {},
    write(bytes: Uint8Array, _encoding, done) {
      reader.push(bytes);
      done();
    },
  });
  return { stream, sent, say: (bytes) => void stream.push(bytes) };
}

describe('frames', () => {
  test('arrive whole however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ head: fc.dictionary(fc.string(), fc.jsonValue()), body: fc.uint8Array({ maxLength: 300 }) }),
          { maxLength: 5 },
        ),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map(({ head, body }) => frameBytes(head, body)));
          const found: Frame[] = [];
          const reader = new FrameReader((frame) => found.push(frame));
          for (let at = 0, cut = 0; at < bytes.length; cut++) {
            const size = cuts[cut % cuts.length] ?? 1;
            reader.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(found.map(({ head, body }) => [head, [...body]])).toEqual(
            frames.map(({ head, body }) => [JSON.parse(JSON.stringify(head)), [...body]]),
          );
        },
      ),
      { seed: 20260101 },
    );
  });

  test.each([
    ['a head of no bytes', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0)],
    ['a head beyond the bound', Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0)],
    ['a body beyond the bound', Uint8Array.of(2, 0, 0, 0, 255, 255, 255, 255)],
    ['a head that is not JSON', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 123)],
    ['a head that is not UTF-8', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 255)],
  ])('%s is refused', (_, bytes) => {
    expect(() => new FrameReader(() => {}).push(bytes)).toThrow(expect.objectContaining({ code: 'bad_frame' }));
  });

  test('a head that is too large is not sent', () => {
    expect(() => encodeFrame('x'.repeat(MAX_HEAD))).toThrow(expect.objectContaining({ code: 'result_too_large' }));
  });
});

describe('the host’s end', () => {
  test('answers reach who asked, in any order', async () => {
    const { stream, sent, say } = playedStream();
    const channel = openDataChannel(stream);
    const one = channel.summary('a');
    const two = channel.summary('b');
    expect(sent.map(({ head }) => head)).toEqual([
      { op: 'summary', id: 'a', key: 1 },
      { op: 'summary', id: 'b', key: 2 },
    ]);
    say(
      frameBytes({
        key: 2,
        error: { code: 'result_gone', message: 'gone', status: 410, action: 'Run the cell again.' },
      }),
    );
    say(frameBytes({ key: 1, value: { columns: [] } }));
    expect(await one).toEqual({ columns: [] });
    await expect(two).rejects.toMatchObject({ code: 'result_gone', status: 410, message: 'gone' });
  });

  test('an answer that is not a result fails its question only', async () => {
    const { stream, say } = playedStream();
    const channel = openDataChannel(stream);
    const one = channel.summary('a');
    say(frameBytes({ key: 1, value: { columns: 'many' } }));
    await expect(one).rejects.toMatchObject({ code: 'bad_frame' });
    const two = channel.summary('a');
    say(frameBytes({ key: 2, value: { columns: [] } }));
    expect(await two).toEqual({ columns: [] });
  });

  test('noise ends the channel and everything pending', async () => {
    const { stream, say } = playedStream();
    const channel = openDataChannel(stream);
    const pending = channel.summary('a');
    say(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
    await expect(pending).rejects.toMatchObject({ code: 'result_gone', status: 410 });
    expect(stream.destroyed).toBe(true);
    await expect(channel.summary('a')).rejects.toMatchObject({ code: 'result_gone' });
  });

  test('a cancelled question says so to the worker', async () => {
    const { stream, sent, say } = playedStream();
    const channel = openDataChannel(stream);
    const controller = new AbortController();
    const pending = channel.summary('a', controller.signal);
    controller.abort();
    expect(sent.at(-1)?.head).toEqual({ op: 'cancel', key: 1 });
    say(frameBytes({ key: 1, error: { code: 'cancelled', message: 'cancelled', status: 499 } }));
    await expect(pending).rejects.toMatchObject({ name: 'CancelledError' });
  });
});
