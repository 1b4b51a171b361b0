import { expect, test } from 'vitest';
import { Rest } from './rest.ts';

/** Resolves when another rest of the same length, begun now, has ended. */
function rested(restMs: number): Promise<void> {
  return new Promise((resolve) => new Rest({ collect: resolve, idle: () => true, used: () => 0, restMs }).begin());
}

test('K91 memory is collected once, after the last cell', async () => {
  let collected = 0;
  const rest = new Rest({ collect: () => (collected += 1), idle: () => true, used: () => 1e6, restMs: 20 });
  rest.begin();
  rest.end();
  rest.begin();
  await rested(20);
  await rested(20);
  expect(collected).toBe(1);
});

test.each([
  ['a cell has begun', { idle: true, used: 0 }, true],
  ['a cell runs', { idle: false, used: 0 }, false],
  ['there is so much that it would take long', { idle: true, used: 50e6 }, false],
])('K91 nothing is collected when %s', async (_name, facts, ended) => {
  let collected = 0;
  const rest = new Rest({
    idle: () => facts.idle,
    used: () => facts.used,
    collect: () => (collected += 1),
    restMs: 10,
  });
  rest.begin();
  if (ended) rest.end();
  await rested(10);
  await rested(10);
  expect(collected).toBe(0);
});
