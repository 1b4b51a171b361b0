import { describe, expect, test } from 'vitest';
import { dropFilter, filterText, NEUTRAL, parseFilter, setFilter, toggleSort } from './query.ts';

describe('sort', () => {
  test('a column goes ascending, descending, none', () => {
    const once = toggleSort(NEUTRAL, 'a');
    const twice = toggleSort(once, 'a');
    expect(once.sort).toEqual([{ column: 'a', descending: false }]);
    expect(twice.sort).toEqual([{ column: 'a', descending: true }]);
    expect(toggleSort(twice, 'a').sort).toEqual([]);
  });
  test('another column takes over, or joins', () => {
    const a = toggleSort(NEUTRAL, 'a');
    expect(toggleSort(a, 'b').sort).toEqual([{ column: 'b', descending: false }]);
    expect(toggleSort(a, 'b', true).sort.map((sort) => sort.column)).toEqual(['a', 'b']);
  });
});

describe('filter', () => {
  test('one condition per column', () => {
    const one = setFilter(NEUTRAL, { column: 'a', op: '>', value: 1 });
    const two = setFilter(one, { column: 'a', op: '<', value: 5 });
    expect(two.filter).toEqual([{ column: 'a', op: '<', value: 5 }]);
    expect(dropFilter(two, 'a').filter).toEqual([]);
  });
  test('typed values become the column’s type', () => {
    expect(parseFilter('n', '>=', ' 1,500 ', 'integer')).toEqual({ column: 'n', op: '>=', value: 1500 });
    expect(parseFilter('n', '=', '9007199254740993', 'integer')).toEqual({
      column: 'n',
      op: '=',
      value: '9007199254740993',
    });
    expect(parseFilter('b', '=', 'true', 'boolean')).toEqual({ column: 'b', op: '=', value: true });
    expect(parseFilter('t', 'contains', ' x', 'text')).toEqual({ column: 't', op: 'contains', value: ' x' });
    expect(parseFilter('t', 'null', '', 'list')).toEqual({ column: 't', op: 'null' });
    expect(parseFilter('n', '>', 'many', 'float')).toBe('“many” is not a number.');
    expect(parseFilter('n', '>', '', 'float')).toBe('Type a value.');
  });
  test('reads as words', () => {
    expect(filterText({ column: 'delay', op: '>=', value: 15 }, 'integer')).toBe('delay at least 15');
    expect(filterText({ column: 'day', op: '<', value: '2001-02-01' }, 'date')).toBe('day before 2001-02-01');
    expect(filterText({ column: 'note', op: 'notnull' }, 'text')).toBe('note is not null');
    expect(filterText({ column: 'o', op: 'in', values: ['a', 'b'] }, 'text')).toBe('o is one of a, b');
  });
});
