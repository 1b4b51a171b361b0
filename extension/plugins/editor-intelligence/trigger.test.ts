import { javascript } from '@codemirror/lang-javascript';
import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import { sqlLanguage } from '../cells/sql-language.ts';
import { asksForList } from './trigger.ts';

const asks = (text: string, inserted: string, { open = false, language = javascript({ typescript: true }) } = {}) => {
  const at = text.indexOf('|');
  const doc = text.replace('|', '');
  return asksForList(EditorState.create({ doc, selection: { anchor: at }, extensions: [language] }), inserted, open);
};

test('names and dots ask, numbers and words in texts and comments do not', () => {
  expect(asks('to|', 'o')).toBe(true);
  expect(asks('rows.|', '.')).toBe(true);
  expect(asks('rows.|', '.', { open: true })).toBe(true);
  expect(asks('to|', 'o', { open: true })).toBe(false);
  expect(asks('x = 1|', '1')).toBe(false);
  expect(asks('x = 1.|', '.')).toBe(false);
  expect(asks('x = 0b|', 'b')).toBe(false);
  expect(asks('a1|', '1')).toBe(true);
  expect(asks('// to|', 'o')).toBe(false);
  expect(asks('/* a. to| */', 'o')).toBe(false);
  expect(asks('const a = "to|"', 'o')).toBe(false);
  expect(asks('const a = `to|`', 'o')).toBe(false);
  expect(asks('a |', ' ')).toBe(false);
  expect(asks('pasted words|', 'pasted words')).toBe(false);
});

test('a quote asks where a key or a file is likely', () => {
  expect(asks('two.getChild("|")', '""')).toBe(true);
  expect(asks('const a = "|"', '""')).toBe(true);
  expect(asks('say "|"', '""')).toBe(false);
});

test('SQL: columns after a dot, variables in braces', () => {
  const language = sqlLanguage();
  expect(asks('select t.|', '.', { language })).toBe(true);
  expect(asks('select na|', 'a', { language })).toBe(true);
  expect(asks('select {{|}}', '{', { language })).toBe(true);
  expect(asks("select 'na|'", 'a', { language })).toBe(false);
  expect(asks('select 1 -- na|', 'a', { language })).toBe(false);
});

test('the text of an sql template asks as SQL does', () => {
  expect(asks('sql`select na|`', 'a')).toBe(true);
  expect(asks('const a = sql`select t.| from two t`', '.')).toBe(true);
  expect(asks(`sql\`select \${x} + na|`, 'a')).toBe(true);
  expect(asks("sql`select 'na|'`", 'a')).toBe(false);
  expect(asks('sql`select 1 -- na|`', 'a')).toBe(false);
  expect(asks('html`select na|`', 'a')).toBe(false);
});
