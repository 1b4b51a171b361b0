import { expect, test } from 'vitest';
import { fold, pageOf, peopleIn, userOf } from './people.ts';

const user = (id: string, rest: object = {}) => ({
  user: { username: id, name: id, display_name: id.toUpperCase(), initials: id.slice(0, 2), color: '#123456' },
  ...rest,
});

test('everybody else, once, in order of name [C13]', () => {
  const states = new Map<number, unknown>([
    [1, user('ada')],
    [2, user('grace')],
    [3, user('emmy', { daybook: { cell: 'b' } })],
    [4, user('grace', { daybook: { cell: 'a' } })],
  ]);
  expect(peopleIn(states, 1).map(({ id, client, cell, self }) => [id, client, cell, self])).toEqual([
    ['emmy', 3, 'b', false],
    ['grace', 4, 'a', false],
  ]);
});

test('another tab of one’s own is there, and known as such', () => {
  const states = new Map<number, unknown>([
    [1, user('ada')],
    [2, user('ada')],
  ]);
  expect(peopleIn(states, 1)).toMatchObject([{ id: 'ada', self: true, client: 2 }]);
  expect(peopleIn(states, 2)).toMatchObject([{ self: true, client: 1 }]);
});

test.each([[undefined], [null], [{}], [{ user: null }], [{ user: {} }], [{ user: { username: 3 } }], ['text']])(
  'a state without a user (%j) is nobody',
  (state) => expect(userOf(state)).toBeUndefined(),
);

test('a colour that would be more than a colour is not used', () => {
  const told = userOf({ user: { username: 'x', color: 'red;background:url(//elsewhere)' } });
  expect(told).toMatchObject({ color: 'var(--db-c6)', name: 'x', initials: 'X' });
});

test.each([[undefined], [{ daybook: 1 }], [{ daybook: { cell: 1, cursor: 'x' } }], [{ daybook: { cursor: null } }]])(
  'a page that says %j is nowhere',
  (state) => expect(pageOf(state)).toEqual({ cell: undefined, cursor: undefined } satisfies object),
);

test('folds a crowd', () => {
  expect(fold([1, 2, 3], 3)).toEqual({ shown: [1, 2, 3], more: 0 });
  expect(fold([1, 2, 3, 4, 5], 3)).toEqual({ shown: [1, 2], more: 3 });
});
