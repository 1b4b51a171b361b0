import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { anchorOf, findRange } from './range.ts';

/** A cell's text in a document, and a second copy of it that hears everything. */
function cell(source: string) {
  const doc = new Y.Doc();
  const cells = doc.getArray<Y.Map<Y.Text>>('cells');
  const put = (text: string) => {
    const map = new Y.Map<Y.Text>();
    map.set('source', new Y.Text(text));
    cells.insert(0, [map]);
    return map.get('source') as Y.Text;
  };
  return { doc, cells, put, text: put(source) };
}
const SOURCE = 'select origin\nfrom flights\nwhere delay > 15';
const quoted = (text: Y.Text, anchor: ReturnType<typeof anchorOf>) => {
  const range = findRange(anchor, text);
  return range === undefined ? undefined : text.toString().slice(range.from, range.to);
};
const around = (part: string) => ({ from: SOURCE.indexOf(part), to: SOURCE.indexOf(part) + part.length });

describe('U1: a range stays on its words', () => {
  test('while others are typed above, below and within', () => {
    const { text } = cell(SOURCE);
    const anchor = anchorOf('c', text, around('from flights'));
    expect(anchor.quote).toBe('from flights');
    text.insert(0, '-- a line above\n');
    text.insert(text.length, '\n-- and below');
    expect(quoted(text, anchor)).toBe('from flights');
    text.insert(text.toString().indexOf('flights'), 'my_');
    expect(quoted(text, anchor)).toBe('from my_flights');
  });

  test('what is typed right before and right behind is not part of it', () => {
    const { text } = cell(SOURCE);
    const anchor = anchorOf('c', text, around('delay'));
    const at = text.toString().indexOf('delay');
    text.insert(at + 5, '_in_minutes');
    text.insert(at, 'the_');
    expect(quoted(text, anchor)).toBe('delay');
  });

  test('the whole text, to its end', () => {
    const { text } = cell(SOURCE);
    const anchor = anchorOf('c', text, { from: 0, to: SOURCE.length });
    text.insert(SOURCE.length, ' limit 1');
    expect(quoted(text, anchor)).toBe(SOURCE);
  });

  test('across copies of the document, whoever typed', () => {
    const { doc, text } = cell(SOURCE);
    const anchor = anchorOf('c', text, around('origin'));
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    const copy = other.getArray<Y.Map<Y.Text>>('cells').get(0).get('source') as Y.Text;
    copy.insert(0, '/* 🎉 */ ');
    expect(quoted(copy, anchor)).toBe('origin');
  });
});

describe('U2: where positions end, the quote goes on', () => {
  test('a moved cell is another one in the document', () => {
    const { cells, put, text } = cell(SOURCE);
    const anchor = anchorOf('c', text, around('from flights'));
    cells.delete(0);
    const moved = put(`-- moved\n${SOURCE}`);
    expect(quoted(moved, anchor)).toBe('from flights');
  });

  test('of several, the one next to where it was', () => {
    const { text } = cell('a b a b a');
    const anchor = anchorOf('c', text, { from: 4, to: 5 });
    text.delete(4, 1);
    text.insert(4, 'a');
    expect(findRange(anchor, text)).toEqual({ from: 4, to: 5 });
  });

  test('words that are gone are not found, and come back', () => {
    const { text } = cell(SOURCE);
    const anchor = anchorOf('c', text, around('where delay > 15'));
    text.delete(SOURCE.indexOf('\nwhere'), 17);
    expect(findRange(anchor, text)).toBeUndefined();
    text.insert(text.length, '\nwhere delay > 15');
    expect(quoted(text, anchor)).toBe('where delay > 15');
  });

  test.each(['', '!', 'AAAA', btoa('\u00ff\u00ff\u00ff\u00ff')])(
    'positions that are none (%s) harm nobody',
    (position) => {
      const { text } = cell(SOURCE);
      expect(findRange({ type: 'lines', cell: 'c', start: position, end: position, quote: 'delay' }, text)).toEqual(
        around('delay'),
      );
      expect(findRange({ type: 'lines', cell: 'c', start: position, end: position, quote: ' ' }, text)).toBeUndefined();
    },
  );

  test('a very long range keeps the beginning of its words', () => {
    const { text } = cell('x'.repeat(5_000));
    expect(anchorOf('c', text, { from: 0, to: 5_000 }).quote).toHaveLength(1_000);
  });
});
