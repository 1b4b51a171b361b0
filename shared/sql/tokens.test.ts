import { describe, expect, test } from 'vitest';
import { leadingWord, splitStatements, sqlPieces } from './tokens.ts';

describe('sqlPieces', () => {
  test.each([
    ["a 'it''s' b", ['a ', "'it''s'", ' b']],
    [String.raw`E'it\'s' x`, ['E', String.raw`'it\'s'`, ' x']],
    ['"na""me".x', ['"na""me"', '.x']],
    ['1 -- rest\n2', ['1 ', '-- rest', '\n2']],
    ['/* a /* b */ c */ d', ['/* a /* b */ c */', ' d']],
    ["$$it's$$ $tag$ $$ $tag$", ["$$it's$$", ' ', '$tag$ $$ $tag$']],
    ['price$ + $1', ['price$ + $1']],
    ["'open", ["'open"]],
  ])('%s', (sql, pieces) => {
    expect(sqlPieces(sql).map(({ start, end }) => sql.slice(start, end))).toEqual(pieces);
  });
});

describe('splitStatements', () => {
  test('cuts at semicolons in code only, and leaves out what is empty', () => {
    const sql = "SELECT ';'; -- a; b\n;;\nSELECT 2 /* ; */; -- end";
    expect(splitStatements(sql)).toEqual([
      { text: "SELECT ';'", start: 0 },
      { text: '\nSELECT 2 /* ; */', start: 22 },
    ]);
  });
});

test('leadingWord looks past comments and parentheses', () => {
  expect(leadingWord('-- x\n /* y */ ((select 1)')).toBe('SELECT');
  expect(leadingWord('"quoted"')).toBe('');
});
