import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBinaries, makeLinks } from './binaries.ts';

test('the programs of this machine are found', async () => {
  expect(await findBinaries()).toMatchObject({ initdb: expect.stringMatching(/native.bin.initdb/) });
});

test('links that an install without scripts left out are made, and made once', async () => {
  const root = await mkdtemp(join(tmpdir(), 'daybook-links-'));
  await mkdir(join(root, 'native/lib'), { recursive: true });
  await writeFile(join(root, 'native/lib/libpq.so.5.18'), '');
  await writeFile(
    join(root, 'native/pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
  );
  await makeLinks(root);
  await makeLinks(root);
  expect(await readlink(join(root, 'native/lib/libpq.so.5'))).toBe('libpq.so.5.18');
  await rm(root, { recursive: true });
});
