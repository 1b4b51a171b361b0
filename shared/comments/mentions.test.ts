import { describe, expect, test } from 'vitest';
import { findMentions, mentioned } from './mentions.ts';

const person = (name: string, displayName = name) => ({ id: name, name, displayName });
const people = [person('ada'), person('ada lovelace', 'Ada Lovelace'), person('emmy', 'Emmy Noether'), person('张伟')];
const names = (text: string) => findMentions(text, people).map(({ person: { id } }) => id);

describe('M10: who a comment mentions', () => {
  test.each([
    ['@ada look', ['ada']],
    ['ask @Emmy, and @emmy noether!', ['emmy', 'emmy']],
    ['the longest name counts: @Ada Lovelace', ['ada lovelace']],
    ['(@ada)@emmy', ['ada', 'emmy']],
    ['@张伟 好', ['张伟']],
    ['mail ada@emmy.org', []],
    ['@adam is somebody else', []],
    ['`@ada` in code and ```\n@emmy\n```', []],
    ['@nobody @', []],
    ['😀@ada', ['ada']],
    ['', []],
  ] as const)('%s', (text, wanted) => expect(names(text)).toEqual(wanted));

  test('a mention covers exactly the name', () => {
    const text = '— hi @Emmy Noether.';
    const [{ start, end } = { start: 0, end: 0 }] = findMentions(text, people);
    expect(text.slice(start, end)).toBe('@Emmy Noether');
  });

  test('each person once', () => expect(mentioned('@ada @ADA @ada', people)).toEqual([people[0]]));

  test('ten thousand signs and a thousand people take no time worth naming', () => {
    const many = Array.from({ length: 1000 }, (_, i) => person(`person${i}`));
    expect(findMentions('@x'.repeat(5000), many)).toEqual([]);
  });
});
