import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test('edit distance counts single changes', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
});

test('the nearest come first, the far ones not at all', () => {
  expect(nearest('delya', ['delay', 'distance', 'origin'])).toEqual(['delay']);
  expect(nearest('Orgin', ['origin', 'Region'])[0]).toBe('origin');
  expect(nearest('flights_3m', ['flights-3m', 'stocks'])).toEqual(['flights-3m']);
  expect(nearest('zebra', ['origin'])).toEqual([]);
});
