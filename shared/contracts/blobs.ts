import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobStat, Blobs } from '../ports/blobs.ts';

/** One adapter as the suite uses it: `open` gives an empty store. */
export interface BlobsUnderTest {
  readonly blobs: Blobs;
  /** Bytes of buffers this process holds and still uses; the suite watches what a stream costs. */
  readonly heldBytes: () => number;
  readonly dispose: () => Promise<void>;
}

const MIB = 1 << 20;
const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const textOf = (bytes: Uint8Array) => Array.from(bytes, (code) => String.fromCharCode(code)).join('');

/** What every store of blobs must do. */
export function blobsContract(name: string, open: () => Promise<BlobsUnderTest>): void {
  describe(`Blobs: ${name}`, () => {
    let blobs: Blobs;
    let under: BlobsUnderTest;
    beforeAll(async () => {
      under = await open();
      blobs = under.blobs;
    });
    afterAll(() => under?.dispose());

    test('gives back what was put, and says how much it was', async () => {
      expect(await blobs.put('a/hello.txt', bytesOf('hello'), { contentType: 'text/plain' })).toEqual({
        key: 'a/hello.txt',
        size: 5,
      });
      expect(textOf(await blobs.get('a/hello.txt'))).toBe('hello');
      const before = await blobs.stat('a/hello.txt');
      expect(before).toEqual({ key: 'a/hello.txt', size: 5, modified: expect.any(Number) });
      // Stores have clocks of their own, and some know seconds only.
      expect(Math.abs(Date.now() - (before?.modified ?? 0))).toBeLessThan(600_000);
    });

    test('replaces a blob whole', async () => {
      await blobs.put('replace', bytesOf('a long first version'));
      await blobs.put('replace', bytesOf('short'));
      expect(textOf(await blobs.get('replace'))).toBe('short');
    });

    test('keeps a blob of no bytes, from bytes and from a stream', async () => {
      await blobs.put('empty/bytes', new Uint8Array());
      expect(await blobs.put('empty/stream', pieces([]))).toEqual({ key: 'empty/stream', size: 0 });
      for (const key of ['empty/bytes', 'empty/stream']) {
        expect(await blobs.stat(key)).toMatchObject({ key, size: 0 });
        expect((await blobs.get(key)).byteLength).toBe(0);
        expect((await blobs.get(key, { start: 0, end: 10 })).byteLength).toBe(0);
        expect((await gather(await blobs.read(key))).byteLength).toBe(0);
      }
    });

    test('reads half-open ranges, cut at the end', async () => {
      await blobs.put('range', bytesOf('0123456789'));
      const cases: [number, number, string][] = [
        [0, 1, '0'],
        [3, 7, '3456'],
        [8, 100, '89'],
        [10, 20, ''],
        [50, 60, ''],
        [4, 4, ''],
      ];
      for (const [start, end, text] of cases) {
        expect(textOf(await blobs.get('range', { start, end })), `get ${start}–${end}`).toBe(text);
        expect(textOf(await gather(await blobs.read('range', { start, end }))), `read ${start}–${end}`).toBe(text);
      }
      for (const range of [
        { start: -1, end: 2 },
        { start: 3, end: 2 },
        { start: 0.5, end: 2 },
      ]) {
        await expect(blobs.get('range', range)).rejects.toMatchObject({ code: 'bad_blob_range' });
      }
    });

    test('a missing blob is told, deleting it is no error', async () => {
      await expect(blobs.get('no/such')).rejects.toMatchObject({ code: 'blob_not_found', status: 404 });
      await expect(blobs.get('no/such', { start: 0, end: 4 })).rejects.toMatchObject({ code: 'blob_not_found' });
      await expect(blobs.get('no/such', { start: 4, end: 4 })).rejects.toMatchObject({ code: 'blob_not_found' });
      await expect(blobs.read('no/such')).rejects.toMatchObject({ code: 'blob_not_found' });
      expect(await blobs.stat('no/such')).toBeUndefined();
      await blobs.delete('no/such');
      await blobs.put('gone', bytesOf('x'));
      await blobs.delete('gone');
      expect(await blobs.stat('gone')).toBeUndefined();
    });

    test('puts if absent once, whoever asks', async () => {
      expect(await blobs.putIfAbsent('once', bytesOf('first'))).toEqual({ key: 'once', size: 5 });
      expect(await blobs.putIfAbsent('once', bytesOf('second'))).toBeUndefined();
      expect(textOf(await blobs.get('once'))).toBe('first');

      const writers = Array.from({ length: 8 }, (_, i) => `writer ${i}`);
      const won = await Promise.all(writers.map((writer) => blobs.putIfAbsent('race', bytesOf(writer))));
      expect(won.filter((stat) => stat !== undefined)).toHaveLength(1);
      expect(textOf(await blobs.get('race'))).toBe(writers[won.findIndex((stat) => stat !== undefined)]);
    });

    test('readers see one version whole while writers replace it', async () => {
      const versions = ['a', 'b', 'c', 'd'].map((letter, i) => bytesOf(letter.repeat(200_000 + i)));
      await blobs.put('busy', versions[0] as Uint8Array);
      const writing = Promise.all(versions.map((version) => blobs.put('busy', version)));
      const reads = await Promise.all(Array.from({ length: 8 }, () => blobs.get('busy')));
      await writing;
      for (const read of [...reads, await blobs.get('busy')]) {
        expect(read.byteLength).toBe(200_000 + 'abcd'.indexOf(String.fromCharCode(read[0] ?? 0)));
        expect(new Set(read).size).toBe(1);
      }
    });

    test('lists every blob below a prefix in ascending order', async () => {
      const keys = [
        'l/a',
        'l/a.b',
        'l/a-b',
        'l/ab',
        'l/b/c/d',
        'l/b/c0',
        'l/b/c.d',
        'l/A',
        'l/_',
        'l/10',
        'l/9',
        'lx',
        'k',
      ];
      await Promise.all(keys.map((key) => blobs.put(key, bytesOf(key))));
      const below = keys.filter((key) => key.startsWith('l/')).sort();
      expect(await keysOf(blobs.list('l/'))).toEqual(below);
      expect(await keysOf(blobs.list('l/b/c'))).toEqual(['l/b/c.d', 'l/b/c/d', 'l/b/c0']);
      expect(await keysOf(blobs.list('l/a'))).toEqual(['l/a', 'l/a-b', 'l/a.b', 'l/ab']);
      for await (const { key, modified } of blobs.list('l/b/c/')) {
        expect(Math.abs(modified - ((await blobs.stat(key))?.modified ?? 0))).toBeLessThan(1_000);
      }
      expect(await keysOf(blobs.list('nothing/here'))).toEqual([]);
      const all = await keysOf(blobs.list(''));
      expect(all).toEqual([...all].sort());
      expect(all).toEqual(expect.arrayContaining(keys));
    });

    test('lists more than one page', async () => {
      const keys = Array.from({ length: 1_100 }, (_, i) => `many/${String(i).padStart(4, '0')}`);
      for (let i = 0; i < keys.length; i += 100)
        await Promise.all(keys.slice(i, i + 100).map((key) => blobs.put(key, bytesOf('x'))));
      expect(await keysOf(blobs.list('many/'))).toEqual(keys);
    });

    test.each([
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../secret',
      'a/../../secret',
      'a/./b',
      'a\\b',
      'a b',
      'naïve',
      'a\0b',
      'a%2f..',
      '~a',
      `${'long/'.repeat(110)}x`,
      'x'.repeat(101),
    ])('refuses the key %j everywhere', async (key) => {
      const refused = { code: 'bad_blob_key' };
      await expect(blobs.put(key, bytesOf('x'))).rejects.toMatchObject(refused);
      await expect(blobs.putIfAbsent(key, bytesOf('x'))).rejects.toMatchObject(refused);
      await expect(blobs.get(key)).rejects.toMatchObject(refused);
      await expect(blobs.read(key)).rejects.toMatchObject(refused);
      await expect(blobs.stat(key)).rejects.toMatchObject(refused);
      await expect(blobs.delete(key)).rejects.toMatchObject(refused);
    });

    test('refuses a hostile prefix', async () => {
      for (const prefix of ['..', '../', '/', 'a//', 'a b'].filter((text) => text !== '..')) {
        await expect(keysOf(listing(blobs, prefix))).rejects.toMatchObject({ code: 'bad_blob_key' });
      }
    });

    test('takes the longest keys', async () => {
      const part = 'x'.repeat(100);
      const key = [part, part, part, part, 'Y'.repeat(100), 'z'.repeat(7)].join('/');
      expect(key).toHaveLength(512);
      await blobs.put(key, bytesOf('far'));
      expect(textOf(await blobs.get(key))).toBe('far');
      expect(await keysOf(blobs.list(`${part}/`))).toEqual([key]);
    });

    test('streams 64 MiB in and out without holding them', async () => {
      const total = 64 * MIB;
      const before = under.heldBytes();
      let most = 0;
      const watch = () => {
        most = Math.max(most, under.heldBytes() - before);
      };
      expect(await blobs.put('large', pattern(total, watch))).toEqual({ key: 'large', size: total });
      let [size, wrong] = [0, 0];
      for await (const chunk of await blobs.read('large')) {
        if (chunk[0] !== (Math.floor(size / MIB) & 255)) wrong++;
        if (size % (4 * MIB) < chunk.byteLength) watch();
        size += chunk.byteLength;
      }
      expect([size, wrong]).toEqual([total, 0]);
      // Some parts under way and their copies; never the whole.
      expect(most).toBeLessThan(0.75 * total);
      expect([...(await blobs.get('large', { start: total - 2, end: total + 5 }))]).toEqual([63, 63]);
    });

    test('a stream that fails part way stores nothing and is told', async () => {
      await blobs.put('broken', bytesOf('old'));
      const failing = async function* () {
        yield new Uint8Array(MIB);
        throw new Error('the sender went away');
      };
      await expect(blobs.put('broken', failing())).rejects.toThrow('the sender went away');
      await expect(blobs.put('never', failing())).rejects.toThrow('the sender went away');
      expect(textOf(await blobs.get('broken'))).toBe('old');
      expect(await blobs.stat('never')).toBeUndefined();
    });

    test('a reading that stops early, or never starts, harms nothing', async () => {
      await blobs.put('early', new Uint8Array(4 * MIB));
      for (let i = 0; i < 100; i++) await blobs.read('early');
      for (let i = 0; i < 10; i++) {
        for await (const chunk of await blobs.read('early')) {
          expect(chunk.byteLength).toBeGreaterThan(0);
          break;
        }
      }
      expect((await blobs.get('early')).byteLength).toBe(4 * MIB);
    });

    test('says that it can be used', async () => {
      await blobs.check();
    });
  });
}

async function* pieces(list: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* list;
}

/** `size` bytes in pieces of 1 MiB, the n-th filled with n. */
async function* pattern(size: number, onPiece: () => void): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < size / MIB; i++) {
    onPiece();
    yield new Uint8Array(MIB).fill(i & 255);
  }
}

async function gather(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes: number[] = [];
  for await (const chunk of stream) bytes.push(...chunk);
  return Uint8Array.from(bytes);
}

async function keysOf(list: AsyncIterable<BlobStat>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of list) keys.push(key);
  return keys;
}

/** A listing whose refusal, thrown at once or on the way, is a rejection. */
async function* listing(blobs: Blobs, prefix: string): AsyncGenerator<BlobStat> {
  yield* blobs.list(prefix);
}
