import { mkdir, mkdtemp, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileWatch, stampFrom } from './watch-files.ts';

let folder: string;
const stops: (() => void)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-watch-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await rm(folder, { recursive: true, force: true });
});

function counted(watch: FileWatch, file: string): { readonly told: number } {
  const seen = { told: 0 };
  stops.push(
    watch.watch(file, () => {
      seen.told += 1;
    }),
  );
  return seen;
}
const poll = (read: () => number) => expect.poll(read, { timeout: 15_000 });
const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

describe.each([
  ['by the system’s word', { poll: 60_000, quiet: 10, gap: 20, missing: 150 }],
  ['by looking', { poll: 40, quiet: 10, gap: 20, missing: 150 }],
])('[C11] a file that somebody else changes is told of, %s', (_name, timing) => {
  test('written, replaced, deleted and made again', async () => {
    const file = join(folder, 'a.ipynb');
    await writeFile(file, 'one');
    const seen = counted(new FileWatch(timing), file);
    await settled();
    expect(seen.told).toBe(0);
    await writeFile(file, 'two and more');
    await poll(() => seen.told).toBeGreaterThanOrEqual(1);
    await settled();
    const written = seen.told;
    await writeFile(join(folder, 'b'), 'three');
    await rename(join(folder, 'b'), file);
    await poll(() => seen.told).toBeGreaterThan(written);
    await settled();
    const replaced = seen.told;
    await unlink(file);
    await poll(() => seen.told).toBeGreaterThan(replaced);
    const deleted = seen.told;
    await writeFile(file, 'back');
    await poll(() => seen.told).toBeGreaterThan(deleted);
  });

  test('not of other files, nor of what we wrote ourselves', async () => {
    const file = join(folder, 'a.ipynb');
    await writeFile(file, 'one');
    const watch = new FileWatch(timing);
    const seen = counted(watch, file);
    await settled();
    await writeFile(join(folder, 'other'), 'x');
    const draft = join(folder, 'draft');
    await writeFile(draft, 'ours');
    watch.written(file, stampFrom(await stat(draft, { bigint: true })));
    await rename(draft, file);
    await settled();
    await settled();
    expect(seen.told).toBe(0);
  });

  test('a file that is missing for a moment only was replaced', async () => {
    const file = join(folder, 'a.ipynb');
    await writeFile(file, 'same');
    const when = new Date(2020, 1, 1);
    await utimes(file, when, when);
    const seen = counted(new FileWatch({ ...timing, missing: 2_000 }), file);
    await settled();
    await unlink(file);
    await settled();
    expect(seen.told).toBe(0);
    await writeFile(file, 'new');
    await poll(() => seen.told).toBe(1);
  });
});

test('[C11] a folder that is deleted and made anew is followed', async () => {
  const inner = join(folder, 'inner');
  const file = join(inner, 'a.ipynb');
  await mkdir(inner);
  await writeFile(file, 'one');
  const seen = counted(new FileWatch({ poll: 40, quiet: 10, gap: 10, missing: 50 }), file);
  await settled();
  await rm(inner, { recursive: true });
  await poll(() => seen.told).toBe(1);
  await mkdir(inner);
  await writeFile(file, 'two');
  await poll(() => seen.told).toBeGreaterThanOrEqual(2);
});

test('[C11] nothing is left behind when nobody watches any more', async () => {
  const watch = new FileWatch({ poll: 20 });
  const file = join(folder, 'a');
  let told = 0;
  const stop = watch.watch(file, () => {
    told += 1;
  });
  stop();
  stop();
  await writeFile(file, 'x');
  await settled();
  expect(told).toBe(0);
});
