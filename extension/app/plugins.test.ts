import { expect, test } from 'vitest';
import { choosePlugins } from './plugins.ts';

test('sorts plugins of modules and lists by the rules of the page', () => {
  const chosen = choosePlugins([{ default: [{ id: 'a:1' }, { id: 'a:2' }] }, { id: 'b:1' }, undefined], {
    disabled: (id) => id === 'a:2',
    deferred: (id) => id === 'b:1',
  });
  expect(chosen.active.map(({ id }) => id)).toEqual(['a:1', 'b:1']);
  expect(chosen.disabled).toEqual(['a:2']);
  expect(chosen.deferred).toEqual(['b:1']);
});
