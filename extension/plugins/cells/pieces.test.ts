import { describe, expect, test } from 'vitest';
import { keepKind, withoutInnerMagic } from './pieces.ts';

describe('split', () => {
  test('both halves are SQL, each with a result of its own', () => {
    expect(keepKind({ first: '%%sql result=a\nselect 1', last: 'select 2' }, ['a', 'result_1'])).toEqual({
      first: '%%sql result=a\nselect 1',
      last: '%%sql result=result_2\nselect 2',
    });
  });

  test('split at the first visible position leaves an empty cell of the kind', () => {
    expect(keepKind({ first: '%%chart', last: 'type: bar' }, [])).toEqual({
      first: '%%chart\n',
      last: '%%chart\ntype: bar',
    });
  });

  test('code stays code, and a cell that has its own magic line keeps it', () => {
    expect(keepKind({ first: 'a', last: 'b' }, [])).toBeUndefined();
    expect(keepKind({ first: '%%sql\na', last: '%%chart\nb' }, [])).toBeUndefined();
  });
});

describe('merge', () => {
  test('the first cell says the kind', () => {
    expect(withoutInnerMagic('%%sql result=a\nselect 1\n\n%%sql result=b\nselect 2')).toBe(
      '%%sql result=a\nselect 1\n\nselect 2',
    );
  });

  test('lines that only look alike stay', () => {
    expect(withoutInnerMagic('const a = 1\n\n%%sqlx\n x %%sql')).toBe('const a = 1\n\n%%sqlx\n x %%sql');
  });
});
