import { expect, test } from 'vitest';
import { alternate, figure, median } from './figure.ts';

test('the median is the middle value, or the mean of the middle two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow('no samples');
});

test('both sides run in turn', async () => {
  const order: string[] = [];
  const side = (name: string, value: number) => async () => {
    order.push(name);
    return value;
  };
  const samples = await alternate(2, side('ours', 1), side('peer', 4));
  expect(order).toEqual(['ours', 'peer', 'ours', 'peer']);
  expect(figure({ bench: 'b', metric: 'm', peerName: 'p', unit: 'ms' }, samples)).toEqual({
    bench: 'b',
    metric: 'm',
    ours: 1,
    peer: 4,
    peerName: 'p',
    ratio: 0.25,
    unit: 'ms',
  });
});
