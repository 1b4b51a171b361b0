import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WholeOutput } from './whole-output.ts';

let workspace: string;
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'daybook-whole-'));
});
afterAll(() => rm(workspace, { recursive: true, force: true }));

test('K37 a file inside the workspace has a link from the notebook', async () => {
  const whole = new WholeOutput({ folder: join(workspace, 'tmp'), cwd: join(workspace, 'notes'), workspace });
  const file = whole.begin('cell-1.txt', ['one ']);
  file?.write('two €');
  file?.close();
  expect(file?.link).toBe('../tmp/cell-1.txt');
  expect(await readFile(join(workspace, 'tmp/cell-1.txt'), 'utf8')).toBe('one two €');
});

test('K37 outside there is only the path; the room is for all files together', async () => {
  const whole = new WholeOutput({ folder: workspace, cwd: '/elsewhere', workspace: '/elsewhere', most: 10 });
  const first = whole.begin('a.txt', ['12345678']);
  expect(first?.link).toBeUndefined();
  expect(first?.full).toBe(false);
  expect(whole.begin('b.txt', ['123'])?.full).toBe(true);
});
