import { expect, test } from 'vitest';
import { Follow } from './follow.ts';

function start() {
  const seen: string[] = [];
  const follow = new Follow({
    scrollTo: (cell) => seen.push(cell),
    changed: () => seen.push(follow.followed === undefined ? 'nobody' : `follows ${follow.followed}`),
  });
  return { follow, seen };
}

test('goes where they are, each time they move to another cell [C14]', () => {
  const { follow, seen } = start();
  follow.toggle({ id: 'grace', cell: 'a' });
  follow.look([{ id: 'grace', cell: 'a' }]);
  follow.look([
    { id: 'ada', cell: 'z' },
    { id: 'grace', cell: 'b' },
  ]);
  expect(seen).toEqual(['follows grace', 'a', 'b']);
});

test('ends with a second click, with stop, and when they leave; each is said once', () => {
  for (const end of ['toggle', 'stop', 'leave'] as const) {
    const { follow, seen } = start();
    follow.toggle({ id: 'grace', cell: 'a' });
    if (end === 'toggle') follow.toggle({ id: 'grace', cell: 'a' });
    if (end === 'stop') follow.stop();
    if (end === 'leave') follow.look([]);
    follow.stop();
    follow.look([{ id: 'grace', cell: 'b' }]);
    expect(seen, end).toEqual(['follows grace', 'a', 'nobody']);
  }
});

test('somebody who is in no cell leads nowhere yet', () => {
  const { follow, seen } = start();
  follow.toggle({ id: 'grace', cell: undefined });
  follow.look([{ id: 'grace', cell: 'c' }]);
  expect(seen).toEqual(['follows grace', 'c']);
});
