import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileCell } from './compile.ts';
import { tooDeepAt } from './nesting.ts';

const CONTEXT = { cell: 1, round: 0, reserved: new Set<string>(), renamed: new Set<string>(), vars: new Set<string>() };

/** What descends deepest in a parser; the part is repeated. */
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
  '(class{a=',
  'new ',
  'await ',
  'class A{static{',
  'a(',
  '1+',
  'a**',
  'a=',
  'a:',
  'a=x=>',
  'a.b',
];

describe('K48 code that is nested too deeply', () => {
  test.each(DEEP)('is told for “%s”', (part) => {
    expect(() => compileCell(part.repeat(50_000), CONTEXT)).toThrow(
      expect.objectContaining({ code: 'nested_too_deeply', place: { line: 1, column: expect.any(Number) } }),
    );
  });

  test('is never what is only long', () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `  { n: ${n}, text: "((([[[{{{" }, // ((((`).join('\n');
    expect(tooDeepAt(`const rows = [\n${rows}\n]`)).toBeUndefined();
    expect(tooDeepAt(`sql\`select ${'(it’s "one"), '.repeat(5_000)} 1\``)).toBeUndefined();
    expect(tooDeepAt(`const text = ${'"part of it" + '.repeat(7_000)}""`)).toBeUndefined();
    expect(tooDeepAt('f({ a: [1] })\n'.repeat(20_000))).toBeUndefined();
  });

  test('what passes does not end the process', { timeout: 120_000 }, () => {
    const program = `
      import { compileCell } from './compile.ts';
      import { tooDeepAt } from './nesting.ts';
      const context = { cell: 1, round: 0, reserved: new Set(), renamed: new Set(), vars: new Set() };
      for (const part of ${JSON.stringify(DEEP)}) {
        const most = Math.floor(tooDeepAt(part.repeat(50_000)) / part.length);
        process.stdout.write(part + ' ');
        try { compileCell(part.repeat(most), context) } catch (error) { if (error.code === undefined) throw error }
      }
      process.stdout.write('all');`;
    const { stdout, stderr, signal } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { cwd: join(import.meta.dirname), encoding: 'utf8' },
    );
    expect({ signal, stdout, stderr }).toEqual({ signal: null, stdout: expect.stringMatching(/ all$/), stderr: '' });
  });
});
