import { expect, test } from 'vitest';
import { isComplete } from './complete.ts';

test.each(['1 + 1', 'const a = 1;', 'function f() {\n  return 1\n}', '', 'await x'])('%j is complete', (source) => {
  expect(isComplete(source)).toBe('complete');
});

test.each(['if (a) {', 'f(1,', '`text', '/* text', 'const a =', 'class {'])('%j waits for more', (source) => {
  expect(isComplete(source)).toBe('incomplete');
});

test.each(['a b', 'let 1 = 2', ') + 1'])('%j is wrong', (source) => {
  expect(isComplete(source)).toBe('invalid');
});
