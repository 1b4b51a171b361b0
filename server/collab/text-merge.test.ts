import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { applyEdit, editBetween, mergeText } from './text-merge.ts';

const apply = (text: string, edit: ReturnType<typeof mergeText>) => {
  if (edit === undefined || edit === 'conflict') return edit;
  const shared = new Y.Doc().getText();
  shared.insert(0, text);
  applyEdit(shared, edit);
  return shared.toString();
};

describe('editBetween', () => {
  test.each([
    ['', 'a'],
    ['a', ''],
    ['aaa', 'aa'],
    ['aa', 'aaa'],
    ['one two', 'one 2 two'],
    ['a😀b', 'a😁b'],
    ['😀😀', '😀'],
    ['x😀', 'x😀😀'],
  ])('%j → %j', (from, to) => {
    expect(apply(from, editBetween(from, to))).toBe(to);
  });

  test('never cuts a surrogate pair', () => {
    expect(editBetween('a😀', 'a😁')).toEqual({ start: 1, end: 3, insert: '😁' });
  });
});

describe('mergeText', () => {
  test('changes in different places both count', () => {
    expect(apply('0 a b c', mergeText('a b c', '0 a b c', 'a b C'))).toBe('0 a b C');
    expect(apply('a b c 9', mergeText('a b c', 'a b c 9', 'A b c'))).toBe('A b c 9');
  });

  test('the same change on both sides is made once', () => {
    expect(mergeText('a', 'ab', 'ab')).toBeUndefined();
  });

  test('touching changes are a conflict', () => {
    expect(mergeText('ab', 'aXb', 'aYb')).toBe('conflict');
    expect(mergeText('abc', 'aXc', '')).toBe('conflict');
  });
});
