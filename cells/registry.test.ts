import { expect, test } from 'vitest';
import { runnerOf } from './registry.ts';

test('knows the kinds of this kernel', async () => {
  for (const kind of ['typescript', 'sql', 'chart']) expect(await runnerOf(kind)).toBeTypeOf('function');
});

test.each(['foo', 'constructor'])('an unknown kind (%s) is an error that lists the known ones', async (kind) => {
  await expect(runnerOf(kind)).rejects.toMatchObject({
    code: 'unknown_cell_kind',
    action: expect.stringContaining('%%sql or %%chart'),
  });
});
