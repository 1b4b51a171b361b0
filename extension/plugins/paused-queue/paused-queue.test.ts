import { expect, test } from 'vitest';
import { cellsToRun, sentence, withoutCell, withReply } from './paused-queue.ts';

const reply = (cell: string | undefined, message = 'It ended.') => ({
  status: 'aborted',
  daybook: { reason: 'crash', waiting: true, message, ...(cell === undefined ? {} : { cell }) },
});
const queue = withReply(withReply(undefined, reply('b')), reply('d'));

test('K25 replies of cells that waited make the queue; others do not', () => {
  expect(queue).toEqual({ message: 'It ended.', cells: ['b', 'd'] });
  expect(withReply(queue, reply('b'))?.cells).toEqual(['b', 'd']);
  for (const content of [{ status: 'aborted' }, { daybook: 5 }, null, reply(undefined)]) {
    expect(withReply(queue, content)).toBe(queue);
    expect(withReply(undefined, content)).toBeUndefined();
  }
});

test('a cell that is run leaves it, and the last one ends it', () => {
  const rest = withoutCell(queue, 'b');
  expect(rest?.cells).toEqual(['d']);
  expect(withoutCell(rest, 'x')).toBe(rest);
  expect(withoutCell(rest, 'd')).toBeUndefined();
});

test('what it says', () => {
  expect(queue && sentence(queue)).toBe('It ended. 2 cells did not run.');
  expect(sentence({ message: 'Why.', cells: ['a'] })).toBe('Why. One cell did not run.');
});

test('what is run: those still there, in the order of the notebook, with all above or without', () => {
  const paused = { message: '', cells: ['d', 'b', 'gone'] };
  expect(cellsToRun(paused, ['a', 'b', 'c', 'd', 'e'], false)).toEqual(['b', 'd']);
  expect(cellsToRun({ ...paused, cells: ['c', 'd'] }, ['a', 'b', 'c', 'd', 'e'], true)).toEqual(['a', 'b', 'c', 'd']);
  expect(cellsToRun({ ...paused, cells: ['gone'] }, ['a'], true)).toEqual([]);
});
