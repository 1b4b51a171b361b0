import { expect, test } from 'vitest';
import { LazyTypesetter } from './lazy-typesetter.ts';

test('loads once, and only for a formula', async () => {
  const set: string[] = [];
  let loads = 0;
  const lazy = new LazyTypesetter(async () => {
    loads += 1;
    return { typeset: (node) => void set.push(node.textContent ?? '') };
  });
  await lazy.typeset({ textContent: 'No formula here, 5 > 3.' });
  expect(loads).toBe(0);
  for (const textContent of ['$x^2$', '\\(y\\)', '\\[z\\]', '\\begin{align}a\\end{align}'])
    await lazy.typeset({ textContent });
  expect(loads).toBe(1);
  expect(set).toHaveLength(4);
});
