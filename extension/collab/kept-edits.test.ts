import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { createIndexedKeptEdits } from './indexed-kept-edits.ts';
import type { Draft, KeptEdits } from './kept-edits.ts';
import { createMemoryKeptEdits } from './memory-kept-edits.ts';
import type { Edit } from './outbox.ts';

const edit = (id: string, ...bytes: number[]): Edit => ({
  id,
  update: Uint8Array.from(bytes),
  content: true,
  at: Number(id.split(':')[1]),
});
const HERE = { document: 'json:notebook:1', user: 'ada' };
const draft = (id: string, at: number, of = HERE): Draft => ({
  ...of,
  id,
  at,
  path: 'a.ipynb',
  reason: 'Because.',
  kind: 'document',
  content: 'text',
});

const ADAPTERS: readonly [name: string, make: () => KeptEdits][] = [
  ['in memory', createMemoryKeptEdits],
  ['in IndexedDB', () => createIndexedKeptEdits({ factory: new IDBFactory() })],
];

describe.each(ADAPTERS)('edits kept %s', (_name, make) => {
  test('come back in order, each as it was put last', async () => {
    const kept = make();
    await kept.put(HERE, [edit('p:1', 1), edit('p:2', 2)]);
    await kept.put(HERE, [edit('p:2', 2, 2), edit('p:10', 10)]);
    expect(await kept.load(HERE)).toEqual([edit('p:1', 1), edit('p:2', 2, 2), edit('p:10', 10)]);
  });

  test('are those of one document and one user only [C4]', async () => {
    const kept = make();
    await kept.put(HERE, [edit('p:1', 1)]);
    await kept.put({ ...HERE, user: 'grace' }, [edit('q:1', 2)]);
    await kept.put({ ...HERE, document: 'json:notebook:2' }, [edit('r:1', 3)]);
    expect(await kept.load(HERE)).toEqual([edit('p:1', 1)]);
    expect(await kept.load({ ...HERE, user: 'nobody' })).toEqual([]);
  });

  test('are removed by id; what is not there is no trouble', async () => {
    const kept = make();
    await kept.put(HERE, [edit('p:1', 1), edit('p:2', 2)]);
    await kept.remove(['p:1', 'p:7']);
    await kept.remove([]);
    expect(await kept.load(HERE)).toEqual([edit('p:2', 2)]);
  });

  test('become a draft in one step, the newest first, and drafts are discarded [C10]', async () => {
    const kept = make();
    await kept.put(HERE, [edit('p:1', 1), edit('p:2', 2)]);
    await kept.addDraft(draft('one', 1), ['p:1']);
    await kept.addDraft(draft('two', 2), []);
    await kept.addDraft(draft('elsewhere', 3, { ...HERE, document: 'other' }), []);
    await kept.addDraft(draft('hers', 4, { ...HERE, user: 'grace' }), []);
    expect(await kept.load(HERE)).toEqual([edit('p:2', 2)]);
    expect((await kept.drafts(HERE)).map(({ id }) => id)).toEqual(['two', 'one']);
    expect((await kept.drafts({ user: 'ada' })).map(({ id }) => id)).toEqual(['elsewhere', 'two', 'one']);
    expect((await kept.drafts(HERE))[0]).toEqual(draft('two', 2));
    await kept.removeDraft('two');
    expect((await kept.drafts(HERE)).map(({ id }) => id)).toEqual(['one']);
  });
});

describe('IndexedDB that is in trouble [C5]', () => {
  test('missing', async () => {
    const kept = createIndexedKeptEdits({ factory: undefined });
    await expect(kept.put(HERE, [edit('p:1', 1)])).rejects.toMatchObject({ code: 'device_store_unavailable' });
    await expect(kept.load(HERE)).rejects.toMatchObject({ code: 'device_store_unavailable' });
  });

  test('refused by the browser', async () => {
    const factory = new IDBFactory();
    factory.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const kept = createIndexedKeptEdits({ factory });
    await expect(kept.load(HERE)).rejects.toMatchObject({ code: 'device_store_unavailable' });
  });

  test('full by our own measure: says so, keeps what it had, and takes more when there is room again', async () => {
    const kept = createIndexedKeptEdits({ factory: new IDBFactory(), largest: 10 });
    await kept.put(HERE, [edit('p:1', 1, 2, 3, 4, 5, 6)]);
    await expect(kept.put(HERE, [edit('p:2', 1, 2, 3, 4, 5)])).rejects.toMatchObject({ code: 'device_store_full' });
    expect((await kept.load(HERE)).map(({ id }) => id)).toEqual(['p:1']);
    await kept.remove(['p:1']);
    await kept.put(HERE, [edit('p:2', 1, 2, 3, 4, 5)]);
    expect((await kept.load(HERE)).map(({ id }) => id)).toEqual(['p:2']);
  });

  test('two pages share it', async () => {
    const factory = new IDBFactory();
    const [one, other] = [createIndexedKeptEdits({ factory }), createIndexedKeptEdits({ factory })];
    await one.put(HERE, [edit('p:1', 1)]);
    await other.put(HERE, [edit('q:1', 2)]);
    expect((await one.load(HERE)).map(({ id }) => id)).toEqual(['p:1', 'q:1']);
  });
});
