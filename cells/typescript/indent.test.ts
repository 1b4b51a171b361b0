import { expect, test } from 'vitest';
import { indentAfter } from './indent.ts';

test.each([
  ['function f() {', '  '],
  ['function f() {\n  if (a) {', '    '],
  ['function f() {\n  a()', '  '],
  ['f(1,', ''],
  ['const g = (a) =>', '  '],
  ['[ // rows', '  '],
  ['`text', ''],
  ['', ''],
])('after %j', (code, indent) => {
  expect(indentAfter(code)).toBe(indent);
});
