import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identify, readPostmasterFile } from './postmaster-file.ts';

test('reads what PostgreSQL writes, at each stage of its start', async () => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-pid-'));
  const write = (text: string) => writeFile(join(data, 'postmaster.pid'), text);
  expect(readPostmasterFile(data)).toBeUndefined();
  await write('');
  expect(readPostmasterFile(data)).toBeUndefined();
  await write('42\n');
  expect(readPostmasterFile(data)).toEqual({ pid: 42, port: 0, socketFolder: '', ready: false });
  await write('42\n/data\n1700000000\n5433\n/run/a b\n\n  1   2\nstarting\n');
  expect(readPostmasterFile(data)).toEqual({ pid: 42, port: 5433, socketFolder: '/run/a b', ready: false });
  await write('42\n/data\n1700000000\n5433\n/run/a b\n\n  1   2\nready   \n');
  expect(readPostmasterFile(data)?.ready).toBe(true);
  await rm(data, { recursive: true });
});

test('a process is ours only when it was started on this folder', () => {
  expect(identify(process.pid, '/some/data')).not.toBe('ours');
  expect(identify(2 ** 30, '/some/data')).toBe('gone');
});
