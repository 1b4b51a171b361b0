import { expect, test } from 'vitest';
import { FollowedState } from './followed-state.ts';

const stale = (id: string) => ({ id, status: 'stale' as const });

test('events follow the state; old ones are passed over and a gap is noticed', () => {
  const state = new FollowedState();
  expect(state.follow({ version: 1, cells: [stale('x')] })).toEqual(new Set());
  expect(state.known).toBe(false);
  expect(state.start({ version: 3, cells: [stale('a')] })).toEqual(new Set(['a']));
  expect(state.follow({ version: 3, cells: [stale('x')] })).toEqual(new Set());
  expect(state.follow({ version: 4, cells: [{ id: 'a', status: 'fresh' }, stale('b')] })).toEqual(new Set(['a', 'b']));
  expect(state.cells.get('a')?.status).toBe('fresh');
  expect(state.follow({ version: 6, cells: [] })).toBe('missed');
  expect(state.start({ version: 6, cells: [] })).toEqual(new Set(['a', 'b']));
  expect(state.cells.size).toBe(0);
  state.follow({ version: 7, cells: [stale('c')] });
  expect(state.stop()).toEqual(new Set(['c']));
  expect(state.known).toBe(false);
});
