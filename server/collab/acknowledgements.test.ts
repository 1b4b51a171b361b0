import { expect, test } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';

test('what is told covers no open frame, whatever the order in which they settle [R18]', () => {
  const acks = new Acknowledgements();
  expect([acks.next(), acks.next(), acks.next(), acks.next()]).toEqual([1, 2, 3, 4]);
  expect(acks.settle(2)).toBeUndefined();
  expect(acks.settle(1)).toBe(2);
  expect(acks.settle(4)).toBeUndefined();
  expect(acks.settle(3)).toBe(4);
  expect(acks.settle(3)).toBeUndefined();
  expect(acks.next()).toBe(5);
  expect(acks.settle(5)).toBe(5);
});
