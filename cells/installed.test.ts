import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installedKinds } from './installed.ts';

let place: string;
beforeAll(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), 'daybook-kinds-')));
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** Writes a package with these kinds and an empty `run.js`. */
async function pack(name: string, kinds: unknown): Promise<void> {
  const folder = join(place, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'run.js'), '');
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, daybook: { kinds } }));
}

const stat = { id: 'stat', label: 'Stat', run: './run.js' };

test('finds packages by name, scope and folder, from the first place that has them', async () => {
  await pack('one', [stat]);
  await pack('@scope/two', [{ ...stat, id: 'two' }]);
  await pack('three', [{ ...stat, id: 'three', mime: 'text/x-yaml', template: 'a: {from}', named: true }]);
  const { kinds, failures } = installedKinds(
    ['one', '@scope/two', './node_modules/three'],
    [join(place, 'deep/below'), place],
  );
  expect(failures).toEqual([]);
  expect(kinds.map(({ kind, from }) => [kind.id, from])).toEqual([
    ['stat', 'one'],
    ['two', '@scope/two'],
    ['three', './node_modules/three'],
  ]);
  expect(kinds[0]).toMatchObject({ run: join(place, 'node_modules/one/run.js'), view: undefined });
});

test.each([
  ['nowhere', undefined, 'not installed'],
  ['no-kinds', [], 'daybook.kinds'],
  ['bad-id', [{ ...stat, id: 'Bad Id' }], 'daybook.kinds.0.id'],
  ['no-file', [{ ...stat, run: './gone.js' }], '“./gone.js”'],
  ['outside', [{ ...stat, run: '../one/run.js' }], 'outside'],
  ['taken', [{ ...stat, id: 'sql' }], '“sql” is already taken by Daybook itself'],
])('a package that is wrong (%s) costs its own kinds only, and says why', async (name, kinds, reason) => {
  await pack('one', [stat]);
  if (kinds !== undefined) await pack(name, kinds);
  const found = installedKinds([name, 'one'], [place]);
  expect(found.kinds.map(({ from }) => from)).toEqual(['one']);
  expect(found.failures).toEqual([{ name, reason: expect.stringContaining(reason) }]);
});
