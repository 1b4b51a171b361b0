import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeWholeOutput, WholeOutput, wholeOutputFolders } from './whole-output.ts';

let workspace: string;
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'daybook-whole-'));
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

test('K37 a file inside the workspace has a link from the notebook', async () => {
  const whole = new WholeOutput({ folders: [join(workspace, 'tmp')], cwd: join(workspace, 'notes'), workspace });
  const file = whole.begin('cell-1.txt', ['one ']);
  file?.write('two €');
  file?.close();
  expect(file?.link).toBe('../tmp/cell-1.txt');
  expect(await readFile(join(workspace, 'tmp/cell-1.txt'), 'utf8')).toBe('one two €');
});

test('K37 outside there is only the path; the room is for all files together', async () => {
  const whole = new WholeOutput({ folders: [workspace], cwd: '/elsewhere', workspace: '/elsewhere', most: 10 });
  const first = whole.begin('a.txt', ['12345678']);
  expect(first?.link).toBeUndefined();
  expect(first?.full).toBe(false);
  expect(whole.begin('b.txt', ['123'])?.full).toBe(true);
});

test('K37 files are in the workspace, out of git, and go without a trace; elsewhere where it cannot be written', async () => {
  const [one, two] = ['one', 'two'].map((kernelId) =>
    wholeOutputFolders({ kernelId, workspace, temporary: workspace }),
  );
  for (const folders of [one, two]) {
    const file = new WholeOutput({ folders: folders ?? [], cwd: workspace, workspace }).begin('cell-1.txt', ['text']);
    expect(file?.link).toMatch(/^daybook-output\/(one|two)\/cell-1\.txt$/);
    file?.close();
  }
  expect(await readFile(join(workspace, 'daybook-output/.gitignore'), 'utf8')).toBe('*\n');
  removeWholeOutput(one ?? []);
  expect((await readdir(join(workspace, 'daybook-output'))).sort()).toEqual(['.gitignore', 'two']);
  removeWholeOutput(two ?? []);
  removeWholeOutput(two ?? []);
  await expect(access(join(workspace, 'daybook-output'))).rejects.toThrow('ENOENT');
  // A file where the folder would be.
  await writeFile(join(workspace, 'daybook-output'), '');
  const other = new WholeOutput({ folders: one ?? [], cwd: workspace, workspace }).begin('cell-1.txt', ['text']);
  expect(other?.path).toBe(join(workspace, 'daybook-output-one/cell-1.txt'));
  other?.close();
  removeWholeOutput(one ?? []);
  await expect(access(join(workspace, 'daybook-output-one'))).rejects.toThrow('ENOENT');
});
