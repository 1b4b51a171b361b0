import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HistoryStore } from './entry.ts';
import { fileStore } from './file-store.ts';
import { globMatcher } from './glob.ts';
import { memoryStore } from './memory-store.ts';
import { historyReply } from './query.ts';

let folder: string;
const logged: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-history-'));
  logged.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => fileStore(folder, (text) => logged.push(text));
const ask = async (store: HistoryStore, content: Record<string, unknown>) =>
  (await historyReply(store, content)).history;
const run = (store: HistoryStore, ...sources: string[]) => {
  for (const [index, source] of sources.entries()) store.begin(index + 1, source);
};

describe.each([
  ['memory', memoryStore],
  ['files', () => open()],
])('K59 history in %s', (_name, make) => {
  test('tail, range and search', async () => {
    const store = make();
    run(store, 'let a', 'let b', 'a + b', 'let a');
    store.end(3, '5');
    store.newSession();
    run(store, 'fresh', 'let a');
    expect(await ask(store, { hist_access_type: 'tail', n: 3 })).toEqual([
      [1, 4, 'let a'],
      [2, 1, 'fresh'],
      [2, 2, 'let a'],
    ]);
    expect(await ask(store, { hist_access_type: 'tail', n: 0 })).toEqual([]);
    expect(await ask(store, { hist_access_type: 'tail' })).toHaveLength(6);
    const range = { hist_access_type: 'range', start: 1, stop: 4 };
    expect(await ask(store, { ...range, session: 1, output: true })).toEqual([
      [1, 1, ['let a', null]],
      [1, 2, ['let b', null]],
      [1, 3, ['a + b', '5']],
    ]);
    expect(await ask(store, { ...range, session: 0 })).toEqual([
      [2, 1, 'fresh'],
      [2, 2, 'let a'],
    ]);
    expect(await ask(store, { ...range, session: -1, stop: null })).toHaveLength(4);
    expect(await ask(store, { ...range, session: -2 })).toEqual([]);
    expect(await ask(store, { ...range, session: 99 })).toEqual([]);
    const search = { hist_access_type: 'search', pattern: 'let*' };
    expect(await ask(store, search)).toHaveLength(4);
    expect(await ask(store, { ...search, n: 2 })).toEqual([
      [1, 4, 'let a'],
      [2, 2, 'let a'],
    ]);
    expect(await ask(store, { ...search, unique: true, n: 5 })).toEqual([
      [1, 2, 'let b'],
      [2, 2, 'let a'],
    ]);
    expect(await ask(store, { ...search, pattern: 'LET*' })).toEqual([]);
  });
});

describe('K59 history in files', () => {
  test('kernels that run together have sessions of their own', async () => {
    const [one, two] = [open(), open()];
    run(one, 'a');
    run(two, 'b');
    one.begin(2, 'c');
    expect([await one.session(), await two.session()]).toEqual([1, 2]);
    expect(await ask(open(), { hist_access_type: 'tail', n: 9 })).toEqual([
      [1, 1, 'a'],
      [1, 2, 'c'],
      [2, 1, 'b'],
    ]);
    expect(await ask(two, { hist_access_type: 'range', session: -1, start: 1, stop: 9 })).toHaveLength(2);
  });

  test('what a crash left half written is passed over', async () => {
    run(open(), 'kept');
    writeFileSync(join(folder, '000001.jsonl'), `${readFileSync(join(folder, '000001.jsonl'), 'utf8')}{"line":2,"sou`);
    writeFileSync(join(folder, 'notes.txt'), 'not ours');
    const next = open();
    run(next, 'after');
    expect(await ask(next, { hist_access_type: 'tail', n: 9 })).toEqual([
      [1, 1, 'kept'],
      [2, 1, 'after'],
    ]);
  });

  test('only this user can read it', () => {
    run(open(), 'secret');
    const [file = ''] = readdirSync(folder);
    expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  });

  test('it stays within bounds: one long session, and many', async () => {
    const long = open();
    const source = 'x'.repeat(90_000);
    for (let line = 1; line <= 120; line += 1) long.begin(line, source);
    const bytes = () => readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(bytes()).toBeLessThan(5_000_000);
    expect(await ask(long, { hist_access_type: 'tail', n: 1 })).toEqual([[1, 120, source]]);
    for (let session = 0; session < 10; session += 1) {
      const store = open();
      for (let line = 1; line <= 40; line += 1) store.begin(line, source);
    }
    expect(bytes()).toBeLessThan(17_000_000);
    expect(readdirSync(folder)).not.toContain('000001.jsonl');
    long.begin(121, 'still');
    expect(await ask(long, { hist_access_type: 'range', session: 0, start: 1, stop: 999 })).toEqual([
      [1, 121, 'still'],
    ]);
  });

  test('a folder that cannot be made: said once, and kept in memory', async () => {
    writeFileSync(join(folder, 'file'), '');
    const store = fileStore(join(folder, 'file/below'), (text) => logged.push(text));
    run(store, 'a', 'b');
    store.end(2, '2');
    expect(logged).toHaveLength(1);
    expect(await ask(store, { hist_access_type: 'tail', n: 9, output: true })).toEqual([
      [1, 1, ['a', null]],
      [1, 2, ['b', '2']],
    ]);
  });
});

test.each([
  ['let*', 'let a\nb', true],
  ['?et', 'let', true],
  ['?et', 'et', false],
  ['[a-c]x', 'bx', true],
  ['[^a-c]x', 'bx', false],
  ['[]]', ']', true],
  ['[', '[', true],
  ['a.c', 'abc', false],
  ['*', '', true],
  ['', 'a', false],
  ['*a*b*', 'xxaxxbxx', true],
])('K59 the pattern %j on %j', (pattern, text, expected) => {
  expect(globMatcher(pattern)(text)).toBe(expected);
});

test('K59 a pattern of many stars is no burden', () => {
  expect(globMatcher(`${'*a'.repeat(200)}b`)('a'.repeat(50_000))).toBe(false);
});
