import { EditorState, type Extension } from '@codemirror/state';
import { expect, test } from 'vitest';
import { edgeOf, magicLine } from './magic-line.ts';

const extension: Extension = magicLine({ onTop: () => {} });
const open = (doc: string) => EditorState.create({ doc, extensions: extension });
const DOC = '%%sql result=a\nselect 1';
const EDGE = 15;

test('the edge is the first position after the line, once there is a second one', () => {
  expect(edgeOf(open(DOC))).toBe(EDGE);
  expect(edgeOf(open('%%sql'))).toBe(0);
  expect(edgeOf(open('select 1\n%%sql'))).toBe(0);
});

test('selections stay behind the edge', () => {
  const { selection } = open(DOC).update({ selection: { anchor: 0, head: DOC.length } }).state;
  expect([selection.main.from, selection.main.to]).toEqual([EDGE, DOC.length]);
});

test('what a user deletes before the edge is refused, what others change is not', () => {
  const change = { changes: { from: EDGE - 1, to: EDGE } };
  expect(
    open(DOC)
      .update({ ...change, userEvent: 'delete.backward' })
      .state.doc.toString(),
  ).toBe(DOC);
  expect(
    open(DOC)
      .update({ changes: { from: 0, to: EDGE } })
      .state.doc.toString(),
  ).toBe('select 1');
});

test('typing behind the edge passes', () => {
  const next = open(DOC).update({ changes: { from: EDGE, insert: 'x' }, userEvent: 'input.type' });
  expect(next.state.doc.toString()).toBe('%%sql result=a\nxselect 1');
});
