import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createRandom } from '../testing/typist.ts';
import { CONTENT, type ScannedStruct, scanUpdate } from './scan.ts';

/** A document that somebody works in without a plan: every kind of content, nested, deleted, merged. */
function scribble(seed: number, steps: number): { doc: Y.Doc; updates: Uint8Array[] } {
  const random = createRandom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const docs = [new Y.Doc(), new Y.Doc()];
  const updates: Uint8Array[] = [];
  for (const doc of docs) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'other') return;
      updates.push(update);
      for (const other of docs) if (other !== doc) Y.applyUpdate(other, update, 'other');
    });
  }
  for (let at = 0; at < steps; at += 1) {
    const doc = docs[pick(2)] as Y.Doc;
    const cells = doc.getArray<unknown>('cells');
    const text = doc.getText('source');
    const map = doc.getMap('meta');
    const work: (() => void)[] = [
      () => text.insert(pick(text.length + 1), 'ä🎉x'.slice(0, 1 + pick(4))),
      () => text.format(pick(text.length + 1), 0, { bold: true }),
      () => text.insertEmbed(0, { image: [1, { x: null }] }),
      () => text.length > 3 && text.delete(pick(text.length - 2), 2),
      () => cells.insert(pick(cells.length + 1), [new Y.Map([['a', new Y.Text('t')]]), 1.5, null, [true, { a: 1n }]]),
      () => cells.length > 1 && cells.delete(pick(cells.length - 1), 1),
      () => map.set(`k${pick(4)}`, [undefined, -3, 1e300, 'x', new Uint8Array([1, 2]), { deep: [[[]]] }][pick(6)]),
      () => map.set('bytes', new Uint8Array(pick(9))),
      () => map.delete('k1'),
    ];
    work[pick(work.length)]?.();
  }
  return { doc: docs[0] as Y.Doc, updates };
}

/** The same facts as Yjs itself reads them. */
function asYjs(update: Uint8Array) {
  const { structs, ds } = Y.decodeUpdate(update);
  return {
    structs: structs
      .filter((struct) => !(struct instanceof Y.Skip))
      .map((struct) => {
        const base = { client: struct.id.client, clock: struct.id.clock, length: struct.length };
        if (!(struct instanceof Y.Item)) return { ...base, content: CONTENT.gc };
        const { origin, rightOrigin, parentSub } = struct;
        const parent = struct.parent as unknown as string | { client: number; clock: number } | null;
        const id = (value: { client: number; clock: number }) => ({ client: value.client, clock: value.clock });
        const near = origin ?? rightOrigin;
        return {
          ...base,
          content: (struct.content as Y.ContentType).getRef(),
          ...(near === null ? {} : { beside: id(near) }),
          ...(origin === null || rightOrigin === null ? {} : { rightBeside: id(rightOrigin) }),
          ...(parent === null ? {} : { below: typeof parent === 'string' ? parent : id(parent) }),
          ...(parentSub === null ? {} : { key: parentSub }),
        };
      }),
    deletes: [...ds.clients].flatMap(([client, ranges]) =>
      ranges.map(({ clock, len }) => ({ client, clock, length: len })),
    ),
  };
}

function scanned(update: Uint8Array) {
  const { structs, deletes } = scanUpdate(update);
  const plain = ({ type, ...struct }: ScannedStruct) => struct;
  return { structs: [...structs.values()].flat().map(plain), deletes };
}

describe('reading an update without building it [R20]', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    test(`seed ${seed}: it says what Yjs reads, for every update, their merger and the whole state`, () => {
      const { doc, updates } = scribble(seed, 300);
      const some = updates.filter((_, index) => index % 3 !== 0);
      for (const update of [...updates, Y.mergeUpdates(updates), Y.mergeUpdates(some), Y.encodeStateAsUpdate(doc)]) {
        expect(scanned(update)).toEqual(asYjs(update));
      }
    });

    test(`seed ${seed}: a changed or cut update is refused, or is read as Yjs reads it`, () => {
      const { doc } = scribble(seed, 60);
      const random = createRandom(seed);
      const whole = Y.encodeStateAsUpdate(doc);
      let accepted = 0;
      for (let attempt = 0; attempt < 3_000; attempt += 1) {
        const bad = whole.slice(0, random() < 0.3 ? Math.floor(random() * whole.length) : whole.length);
        for (let flips = 0; flips < 2; flips += 1) bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
        let read: ReturnType<typeof scanned>;
        try {
          read = scanned(bad);
        } catch {
          continue;
        }
        accepted += 1;
        expect(read).toEqual(asYjs(bad));
      }
      expect(accepted).toBeGreaterThan(0);
    });
  }

  test('claims cost nothing until they are read', () => {
    const before = process.memoryUsage();
    for (let attempt = 0; attempt < 50; attempt += 1) {
      // 2²⁸ structs; 2²⁸ plain values; 2²⁸ deleted ranges.
      expect(() => scanUpdate(Uint8Array.of(1, 255, 255, 255, 127, 1, 0, 4, 1))).toThrow();
      expect(() => scanUpdate(Uint8Array.of(1, 1, 1, 0, 8, 1, 1, 97, 255, 255, 255, 127, 126))).toThrow();
      expect(() => scanUpdate(Uint8Array.of(0, 1, 1, 255, 255, 255, 127, 0, 1))).toThrow();
    }
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(10 << 20);
  });

  test('too many changes, too many values and too deep ones are too complex', () => {
    const limits = { changes: 100, values: 100, depth: 10 };
    const many = new Y.Doc();
    for (let at = 0; at < 101; at += 1) many.getText('source').insert(0, 'x');
    const values = new Y.Doc();
    values.getMap('meta').set(
      'a',
      Array.from({ length: 100 }, () => 1),
    );
    const deep = new Y.Doc();
    deep.getMap('meta').set('a', JSON.parse(`${'['.repeat(12)}${']'.repeat(12)}`));
    for (const doc of [many, values, deep]) {
      const update = Y.encodeStateAsUpdate(doc);
      expect(() => scanUpdate(update)).not.toThrow();
      expect(() => scanUpdate(update, limits)).toThrow(expect.objectContaining({ code: 'too_complex' }));
    }
  });

  test('subdocuments and XML are forbidden', () => {
    const xml = new Y.Doc();
    xml.getMap('meta').set('a', new Y.XmlElement('script'));
    const sub = new Y.Doc();
    sub.getMap('meta').set('a', new Y.Doc());
    for (const doc of [xml, sub]) {
      expect(() => scanUpdate(Y.encodeStateAsUpdate(doc))).toThrow(
        expect.objectContaining({ code: 'forbidden_content' }),
      );
    }
  });
});
