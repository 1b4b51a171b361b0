import { expect, test } from 'vitest';
import { Registry } from './registry.ts';

const run = async () => undefined;
const stat = { kinds: [{ id: 'stat', from: 'a-package', run: '/run.js' }], failures: [] };
const load = async () => ({ run });

test('knows the kinds of Daybook and those that were added', async () => {
  const registry = new Registry(stat, load);
  for (const kind of ['typescript', 'sql', 'chart']) expect(await registry.runnerOf(kind)).toBeTypeOf('function');
  expect(await registry.runnerOf('stat')).toBe(run);
});

test.each(['foo', 'constructor'])('an unknown kind (%s) is an error that lists the known ones', async (kind) => {
  await expect(new Registry(stat, load).runnerOf(kind)).rejects.toMatchObject({
    code: 'unknown_cell_kind',
    action: expect.stringContaining('%%sql or %%chart or %%stat'),
  });
});

test('a near miss is named, and so is a package that could not be used', async () => {
  const registry = new Registry({ kinds: [], failures: [{ name: 'broken', reason: 'it is not installed.' }] }, load);
  await expect(registry.runnerOf('sqll')).rejects.toMatchObject({
    message: expect.stringContaining('“broken” could not be used: it is not installed.'),
    action: expect.stringContaining('Did you mean %%sql?'),
  });
});

test('a module without run is an error that names the package', async () => {
  const registry = new Registry(stat, async () => ({}));
  await expect(registry.runnerOf('stat')).rejects.toMatchObject({
    code: 'bad_cell_kind',
    message: expect.stringContaining('a-package'),
  });
});
