import { expect, test } from 'vitest';
import { pathFrom } from './path.ts';

test('paths start at the notebook’s folder and stay in the workspace', () => {
  expect(pathFrom('a/b/nb.ipynb', 'lib/x.ts')).toBe('a/b/lib/x.ts');
  expect(pathFrom('RTC:a/nb.ipynb', '../lib/x.ts')).toBe('lib/x.ts');
  expect(pathFrom('nb.ipynb', './x.ts')).toBe('x.ts');
  expect(pathFrom('a/nb.ipynb', '../../x.ts')).toBeUndefined();
});
