import { expect, test } from 'vitest';
import { NotebookCells } from './notebook-cells.ts';

test('a cell keeps its source until a newer one comes; order and removal follow the document', () => {
  const cells = new NotebookCells();
  const seen: string[] = [];
  cells.onChange((all) => seen.push(all.map(({ id, source }) => id + source).join(' ')));
  expect(
    cells.update({
      cells: [
        { id: 'a', source: '1' },
        { id: 'b', source: '2' },
      ],
    }),
  ).toEqual({ missing: [] });
  cells.update({ cells: [{ id: 'b' }, { id: 'a', source: '3' }] });
  cells.update({ cells: [{ id: 'b' }, { id: 'a' }] });
  cells.update({ cells: [{ id: 'b' }] });
  expect(seen).toEqual(['a1 b2', 'b2 a3', 'b2']);
});

test('a source that was never told is asked for and changes nothing meanwhile', () => {
  const cells = new NotebookCells();
  cells.update({ cells: [{ id: 'a', source: '1' }] });
  expect(cells.update({ cells: [{ id: 'a' }, { id: 'new' }] })).toEqual({ missing: ['new'] });
  expect(cells.all).toEqual([{ id: 'a', source: '1' }]);
});

test('a disposed listener hears nothing more', () => {
  const cells = new NotebookCells();
  let heard = 0;
  const dispose = cells.onChange(() => {
    heard += 1;
  });
  dispose();
  cells.update({ cells: [{ id: 'a', source: '1' }] });
  expect(heard).toBe(0);
});
