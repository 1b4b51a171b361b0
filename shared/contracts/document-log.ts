import { expect, test } from 'vitest';
import type { DocumentLog } from '../ports/document-log.ts';

/** A store that can be left and opened again, as a restart does. */
export interface DocumentLogStore {
  open(): Promise<DocumentLog>;
}

export interface DocumentLogContractOptions {
  /** False for adapters that keep nothing beyond `close`. */
  readonly durable?: boolean;
}

/** The rules of the DocumentLog port; every adapter's test calls this with a fresh store per test. */
export function documentLogContract(
  createStore: () => Promise<DocumentLogStore>,
  { durable = true }: DocumentLogContractOptions = {},
): void {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const plain = (updates: readonly Uint8Array[]) => updates.map((update) => [...update]);

  async function using(work: (log: DocumentLog, store: DocumentLogStore) => Promise<void>): Promise<void> {
    const store = await createStore();
    const log = await store.open();
    try {
      await work(log, store);
    } finally {
      await log.close();
    }
  }

  test('an unknown document has an empty history', () =>
    using(async (log) => {
      expect(await log.load('nothing')).toEqual({ snapshot: undefined, updates: [] });
    }));

  test('updates come back in call order, also when nobody waited between the calls', () =>
    using(async (log) => {
      await Promise.all(Array.from({ length: 300 }, (_, index) => log.append('a', bytes(index % 256, index >> 8))));
      const { updates } = await log.load('a');
      expect(plain(updates)).toEqual(Array.from({ length: 300 }, (_, index) => [index % 256, index >> 8]));
    }));

  test('documents do not mix, whatever their names', () =>
    using(async (log) => {
      const names = ['a', 'A', 'a/b', '../a', 'ä', 'x'.repeat(300), 'json:notebook:1', ''];
      await Promise.all(names.map((name, index) => log.append(name, bytes(index))));
      for (const [index, name] of names.entries()) expect(plain((await log.load(name)).updates)).toEqual([[index]]);
    }));

  test('an empty update and a large one are kept', () =>
    using(async (log) => {
      const large = new Uint8Array(3 << 20).map((_, index) => index * 31);
      await log.append('a', bytes());
      await log.append('a', large);
      const { updates } = await log.load('a');
      expect(updates.map((update) => update.length)).toEqual([0, large.length]);
      expect(updates[1]?.every((byte, index) => byte === large[index])).toBe(true);
    }));

  test('compact replaces what was appended before it and keeps what comes after', () =>
    using(async (log) => {
      const done = [log.append('a', bytes(1)), log.compact('a', bytes(9, 9)), log.append('a', bytes(2))];
      await Promise.all(done);
      const { snapshot, updates } = await log.load('a');
      expect([...(snapshot ?? [])]).toEqual([9, 9]);
      expect(plain(updates)).toEqual([[2]]);
      await log.compact('a', bytes(7));
      expect([...((await log.load('a')).snapshot ?? [])]).toEqual([7]);
    }));

  test('a deleted document is empty again and can start anew', () =>
    using(async (log) => {
      await log.append('a', bytes(1));
      await log.delete('a');
      await log.delete('a');
      expect(await log.load('a')).toEqual({ snapshot: undefined, updates: [] });
      await log.append('a', bytes(2));
      expect(plain((await log.load('a')).updates)).toEqual([[2]]);
    }));

  if (!durable) return;

  test('what was acknowledged is there after reopening', async () => {
    const store = await createStore();
    const first = await store.open();
    await first.append('a', bytes(1));
    await first.compact('a', bytes(5));
    await first.append('a', bytes(2));
    await first.append('b', bytes(3));
    await first.close();
    const second = await store.open();
    const { snapshot, updates } = await second.load('a');
    expect([...(snapshot ?? [])]).toEqual([5]);
    expect(plain(updates)).toEqual([[2]]);
    expect(plain((await second.load('b')).updates)).toEqual([[3]]);
    await second.close();
  });

  test('a closed log refuses to append', async () => {
    const store = await createStore();
    const log = await store.open();
    await log.close();
    await expect(log.append('a', bytes(1))).rejects.toMatchObject({ code: 'document_log_closed' });
  });
}
