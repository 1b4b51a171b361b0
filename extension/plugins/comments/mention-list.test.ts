import { expect, test } from 'vitest';
import { mentionAt, suggest } from './mention-list.ts';

test.each([
  ['hi @', { start: 3, letters: '' }],
  ['hi @em', { start: 3, letters: 'em' }],
  ['@Emmy Noe', { start: 0, letters: 'Emmy Noe' }],
  ['(@张', { start: 1, letters: '张' }],
  ['mail a@b', undefined],
  ['hi @emmy and then', undefined],
  ['', undefined],
])('U7: what is typed after an @: %j', (text, query) => expect(mentionAt(text, text.length)).toEqual(query));

test('U7: who fits the letters', () => {
  const person = (name: string, displayName = name) => ({ id: name, name, displayName, initials: '', color: '' });
  const people = [person('ada lovelace', 'Ada Lovelace'), person('emmy'), person('lovis'), person('grace')];
  const names = (letters: string) => suggest(letters, people).map(({ name }) => name);
  expect(names('lov')).toEqual(['lovis', 'ada lovelace']);
  expect(names('ADA L')).toEqual(['ada lovelace']);
  expect(names('x')).toEqual([]);
  expect(names('')).toHaveLength(4);
});
