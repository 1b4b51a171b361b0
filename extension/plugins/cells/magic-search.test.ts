import { expect, test } from 'vitest';
import { outsideMagic } from './magic-search.ts';

const all = (source: string, query: RegExp): number[] =>
  [...source.matchAll(outsideMagic(query))].map(({ index }) => index);

test('nothing in the magic line is found, everything after it is', () => {
  expect(all('%%sql result=late\nselect late\nfrom late', /late/gim)).toEqual([25, 35]);
  expect(all('%%sql result=a\nselect 1', /%%sql|result/gim)).toEqual([]);
  expect(all('%%sql result=sqlx\nselect sqlx', /sql/gim)).toEqual([25]);
  expect(all('%%sql\n%sql', /%sql/gim)).toEqual([6]);
});

test('without a magic line the first line counts', () => {
  expect(all('late = late', /late/gim)).toEqual([0, 7]);
  expect(all('100 %% late\n%%late', /late/gim)).toEqual([7, 14]);
});

test('groups keep their numbers and alternatives stay together', () => {
  expect('%%sql x\na1 b2'.replace(outsideMagic(/([a-z])(\d)|x/g), '$2$1')).toBe('%%sql x\n1a 2b');
});
