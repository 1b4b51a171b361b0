import { expect, test } from 'vitest';
import { type Copy, copyPath, saveCopy } from './copies.ts';

const AT = new Date(2026, 10, 25, 14, 5).getTime();
const copy = (change: Partial<Copy> = {}): Copy => ({
  path: 'a folder/träume.ipynb',
  at: AT,
  kind: 'document',
  content: '{"cells":[]}',
  ...change,
});

test.each([
  [{}, 1, 'a folder/träume (draft Nov 25 14.05).ipynb'],
  [{}, 3, 'a folder/träume (draft Nov 25 14.05 3).ipynb'],
  [{ path: 'notes.md' }, 1, 'notes (draft Nov 25 14.05).md'],
  [{ path: 'Makefile' }, 1, 'Makefile (draft Nov 25 14.05)'],
  [{ kind: 'words' }, 1, 'a folder/träume (draft Nov 25 14.05).txt'],
] as const)('%j, attempt %i: %s', (change, attempt, path) => {
  expect(copyPath(copy(change), attempt)).toBe(path);
});

/** A folder in memory. */
function folder(taken: readonly string[] = []) {
  const files = new Map<string, unknown>(taken.map((path) => [path, 'before']));
  return {
    files,
    exists: async (path: string) => files.has(path),
    write: async (path: string, file: unknown) => void files.set(path, file),
  };
}

test('is written over nothing', async () => {
  const there = folder([copyPath(copy()), copyPath(copy(), 2)]);
  const path = await saveCopy(copy(), there);
  expect(path).toBe(copyPath(copy(), 3));
  expect(there.files.get(path)).toEqual({ type: 'notebook', format: 'json', content: { cells: [] } });
  expect(there.files.get(copyPath(copy()))).toBe('before');
});

test('a text, and words without a place, are written as text', async () => {
  for (const change of [
    { path: 'notes.md', content: 'text' },
    { kind: 'words', content: 'text' },
  ] as const) {
    const there = folder();
    const path = await saveCopy(copy(change), there);
    expect(there.files.get(path)).toEqual({ type: 'file', format: 'text', content: 'text' });
  }
});

test('a folder that refuses it says so', async () => {
  const refuse = { ...folder(), write: () => Promise.reject(new Error('Your role does not allow it.')) };
  await expect(saveCopy(copy(), refuse)).rejects.toThrow('Your role');
});
