import { expect, test } from 'vitest';
import { Edits } from './edits.ts';

test('replaces, inserts, hoists and prepends; every offset leads back', () => {
  const source = 'one two three';
  const edits = new Edits(source);
  edits.replace(0, 3, 'ONE!');
  edits.hoist(8, 13, { before: '<', after: '> ' });
  edits.replace(8, 8, '*');
  edits.prepend('zero ', 4);
  const edited = edits.apply();
  expect(edited.text).toBe('<*three> zero ONE! two ');
  expect(edited.original(edited.text.indexOf('three') + 2)).toBe(10);
  expect(edited.original(edited.text.indexOf('two'))).toBe(4);
  expect(edited.original(edited.text.indexOf('zero'))).toBe(4);
  expect(edited.original(edited.text.indexOf('ONE!') + 3)).toBe(0);
});
