import { expect, test } from 'vitest';
import { ResultStore, type StoredResult } from './results.ts';

function filled(limits: { count: number; bytes: number }) {
  const store = new ResultStore('k', limits);
  const add = (bytes: number): { id: string; gone: string[] } => {
    const { id, table } = store.reserve();
    const result: StoredResult = { id, table, columns: [], rows: 0, bytes, totals: new Map() };
    return { id, gone: store.add(result).map((each) => each.id) };
  };
  return { store, add };
}

test('too many: the least recently used goes first', () => {
  const { store, add } = filled({ count: 2, bytes: 1_000 });
  add(1);
  add(1);
  store.get('k-1');
  expect(add(1).gone).toEqual(['k-2']);
  expect(() => store.get('k-2')).toThrow(expect.objectContaining({ code: 'result_gone', status: 410 }));
});

test('too large: as many go as must, never the newest', () => {
  const { add } = filled({ count: 10, bytes: 100 });
  add(40);
  add(40);
  expect(add(90).gone).toEqual(['k-1', 'k-2']);
  expect(add(500).gone).toEqual(['k-3']);
});

test('a name holds its result, whatever its case, until another takes the name', () => {
  const { store, add } = filled({ count: 1, bytes: 100 });
  store.setName('Sales', add(1).id);
  expect(add(1).gone).toEqual([]);
  expect(store.get('SALES').id).toBe('k-1');
  store.setName('sales', 'k-2');
  expect(add(1).gone).toEqual(['k-1']);
});
