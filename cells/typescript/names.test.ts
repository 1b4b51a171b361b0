import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MOST_BRACKETS, MOST_CHARACTERS, typescriptNames } from './names.ts';

const names = (body: string) => typescriptNames({ kind: 'typescript', options: {}, body, lineOffset: 0 });

test('a cell that is too long or too deep has unknown names', () => {
  expect(names(`1;${' '.repeat(MOST_CHARACTERS)}`).unknown).toBe(true);
  expect(names('(('.repeat(MOST_BRACKETS)).unknown).toBe(true);
  expect(names('f();'.repeat(MOST_BRACKETS - 1))).toMatchObject({ unknown: false, uses: ['f'] });
});

/** What descends deepest in a parser per character and per bracket; the last part is repeated. */
const DEEP = [
  '(',
  '[',
  '{',
  '`${',
  'a=>',
  'if(1)',
  '!',
  'a?b:',
  'function f(){',
  'x={a:',
  '(class{a=',
  '@(class{@a b(){',
];
const TYPED = [
  'let a:A<',
  'a:',
  'a=',
  'new ',
  'do ',
  'class A{static{',
  'let a:[',
  'let a:()=>',
  'a(',
  'await ',
  'typeof ',
];

test('the deepest cells that are read do not end the process', { timeout: 120_000 }, () => {
  const bodies = [...DEEP, ...TYPED].map((part) => {
    const [, head = '', tail = ''] = /^(let a:|x=)?(.*)$/.exec(part) ?? [];
    const brackets = tail.match(/[([{<`]/g)?.length ?? 0;
    const byBrackets = brackets === 0 ? MOST_CHARACTERS : MOST_BRACKETS / brackets;
    return [head, tail, Math.floor(Math.min(MOST_CHARACTERS / tail.length, byBrackets)) - 8] as const;
  });
  const program = `
    import { namesOf } from './names.ts';
    for (const [head, tail, times] of ${JSON.stringify(bodies)}) {
      process.stdout.write(tail + ' ');
      await namesOf(head + tail.repeat(times), async () => []);
    }
    process.stdout.write('all');`;
  // A process of its own, with the main thread's stack: that is where the server reads cells.
  const { stdout, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' },
  );
  // What is printed last is what it came to.
  expect({ signal, stdout }).toEqual({ signal: null, stdout: expect.stringMatching(/ all$/) });
});
