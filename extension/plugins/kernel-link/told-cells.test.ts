import { expect, test } from 'vitest';
import { ToldCells } from './told-cells.ts';

const cells = (text: string) => text.split(' ').map((each) => ({ id: each[0] ?? '', source: each.slice(1) }));

test('only what changed carries its source', () => {
  const told = new ToldCells();
  expect(told.message(cells('a1 b2'))).toEqual({
    cells: [
      { id: 'a', source: '1' },
      { id: 'b', source: '2' },
    ],
  });
  expect(told.message(cells('a1 b2'))).toBeUndefined();
  expect(told.message(cells('b2 a3'))).toEqual({ cells: [{ id: 'b' }, { id: 'a', source: '3' }] });
  expect(told.message(cells('b2'))).toEqual({ cells: [{ id: 'b' }] });
});

test('a moved cell is news; after forgetting everything is', () => {
  const told = new ToldCells();
  told.message(cells('a1 b2'));
  expect(told.message(cells('b2 a1'))).toEqual({ cells: [{ id: 'b' }, { id: 'a' }] });
  told.forget();
  expect(told.message(cells('b2'))).toEqual({ cells: [{ id: 'b', source: '2' }] });
});
