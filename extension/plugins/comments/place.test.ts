import type { Anchor, Thread } from '@daybook/shared/api/comments';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { groupThreads, placeThreads } from './place.ts';
import { anchorOf } from './range.ts';

const doc = new Y.Doc();
const cell = (id: string, text: string) => {
  const y = doc.getText(id);
  y.insert(0, text);
  return { id, label: `Cell ${id}`, text: y };
};
const cells = [cell('a', 'select 1'), cell('b', 'one two three')];
let count = 0;
const thread = (anchor: Anchor): Thread => ({
  id: `t${++count}`,
  document: 'd',
  anchor,
  created: `2026-03-01T09:00:0${count}.000Z`,
  resolved: null,
  comments: [],
  unread: 0,
});
const on = (id: string): Anchor => ({ type: 'cell', cell: id, quote: 'x' });

test('U6: threads stand where they belong, in the order of the notebook; nothing is left out', () => {
  const text = cells[1]?.text ?? new Y.Text();
  const threads = [
    thread(on('b')),
    thread(anchorOf('b', text, { from: 8, to: 13 })),
    thread(anchorOf('b', text, { from: 4, to: 7 })),
    thread(on('deleted')),
    thread({ type: 'notebook' }),
    thread({ type: 'output', cell: 'a', quote: '1' }),
    thread({ type: 'lines', cell: 'b', start: 'AAAA', end: 'AAAA', quote: 'not there' }),
  ];
  const groups = groupThreads(placeThreads(threads, cells), cells);
  expect(
    groups.map(({ label, threads: of }) => [label, of.map(({ thread: { id }, lost }) => `${id}${lost ?? ''}`)]),
  ).toEqual([
    ['Whole notebook', ['t5']],
    ['Cell a', ['t6']],
    ['Cell b', ['t1', 't3', 't2', 't7text']],
    ['About cells that were deleted', ['t4cell']],
  ]);
  expect(groupThreads(placeThreads(threads, []), []).flatMap(({ threads: of }) => of)).toHaveLength(threads.length);
  expect(groupThreads([], cells)).toEqual([]);
});
