import { describe, expect, test } from 'vitest';
import { type CompileContext, compileCell } from './compile.ts';

const FIRST: CompileContext = {
  cell: 1,
  round: 0,
  reserved: new Set(['process', 'URL']),
  renamed: new Set(),
  vars: new Set(),
};

function code(source: string, context: Partial<CompileContext> = {}): string {
  return compileCell(source, { ...FIRST, ...context }).code.trim();
}

describe('declarations become let, so that a cell can run again', () => {
  test('const, let and class', () => {
    expect(code('const a: number = 1;')).toBe('let a = 1;');
    expect(code('class A<T> {}')).toBe('let A = class A {};');
  });

  test('functions move to the front', () => {
    expect(code('f();\nasync function* f() {}')).toMatch(
      /^let f = async function\* ?\(\) \{\}; .*\$daybook|^let f = async function\* ?\(\) \{\}; f\(\);/s,
    );
  });

  test('var is hoisted from any depth, and keeps its value when an earlier cell declared it', () => {
    expect(code('if (x) { var a = 1, b; }')).toBe('let a, b; if (x) {\n\tvoid (a = 1);\n}');
    expect(code('for (var i = 0, n; i < 1; i++) {}')).toBe('let i, n; for (i = 0; i < 1; i++) {}');
    expect(code('for (var k of xs) {}')).toBe('let k; for (k of xs) {}');
    expect(code('var a = a || 1;', { vars: new Set(['a']) })).toBe('void (a = a || 1);');
    expect(code('function f() { var inner = 1 }')).not.toContain('void');
  });

  test('an enum starts anew with every run', () => {
    expect(code('enum E { A }')).toContain('(E, {})');
  });

  test('exports are declarations', () => {
    expect(code('export const a = 1;\nexport { a as b };')).toBe('let a = 1;');
  });
});

describe('imports', () => {
  test('static imports load through the helper, types are not asked for', () => {
    const text = code("import a, { b as c, T } from 'm';\nimport * as all from 'n';\nimport 'o';\nlet t: T;");
    expect(text).toContain('let {"default": a, "b": c, "T": T} = await $daybook.load("m", ["default","b"], {});');
    expect(text).toContain('let all = await $daybook.load("n", [], {});');
    expect(text).toContain('await $daybook.load("o", [], {});');
  });

  test('import() and import.meta', () => {
    expect(code("const m = await import('m');")).toBe('let m = $daybook.live(await $daybook.import("m"), 0);');
    expect(code('const u = import.meta.url;')).toBe('let u = $daybook.meta.url;');
  });
});

test('K32 what is thrown, and that something was caught, is noted', () => {
  expect(code('throw 5;')).toContain('throw $daybook.thrown((5));');
  expect(code('async () => { throw await (1, a()) };')).toContain(
    'throw $daybook.thrown(($daybook.live(await (1, a()), $daybook_since)));',
  );
  expect(code('function f() { try { a() } catch (e) { throw e } }')).toMatch(
    /catch \(e\) \{ \$daybook\.caught\(\);\s+throw \$daybook\.thrown\(\(e\)\);/,
  );
});

describe('async code looks whether its cell was interrupted', () => {
  const since = 'const $daybook_since = $daybook.at[0];';

  test('after every await, inner ones first', () => {
    expect(code('await (await a).b', { round: 3 })).toBe(
      '$daybook.keep(1, ($daybook.live(await ($daybook.live(await a, 3)).b, 3)));',
    );
    expect(code('var a = await b;')).toBe('let a; void (a = $daybook.live(await b, 0));');
  });

  test('functions remember the count they began at, once, after directives', () => {
    expect(code('async function f() { "use strict"; await a; await b; }').replace(/\s+/g, ' ')).toBe(
      `let f = async function () { "use strict"; ${since} $daybook.live(await a, $daybook_since); $daybook.live(await b, $daybook_since); };`,
    );
    expect(code('class A { async *m() { yield await a; } }')).toContain(since);
  });

  test('in catch and for await, with or without a block', () => {
    expect(code('try { a(); } catch { b(); }')).toContain('catch { $daybook.live(0, 0);');
    expect(code('for await (const x of xs) f(x);')).toContain('{ $daybook.live(0, 0); f(x); }');
  });

  test('what cannot wait stays as it is', () => {
    for (const text of [
      'const f = () => {\n\ttry {} catch {}\n};',
      'const f = async () => await a;',
      'async function f() {}',
    ])
      expect(code(text)).not.toContain('live');
  });
});

describe('the last value', () => {
  test('is that of a last expression only', () => {
    expect(code('1;\n2')).toBe('1;\n$daybook.keep(1, (2));');
    expect(code('export default 7')).toBe('$daybook.keep(1, (7));');
    expect(code('2;\nlet a = 1')).not.toContain('keep');
  });
});

describe('names of globals', () => {
  test('a cell may use them without hiding the global', () => {
    const compiled = compileCell(
      'const process = 1;\nprocess.x;\n({ process });\n{ const process = 2; process }',
      FIRST,
    );
    expect(compiled.renamed).toEqual(['process']);
    expect(compiled.code).toContain('let $daybook_process = 1;\n$daybook_process.x;\n({ process: $daybook_process });');
    expect(compiled.code).toContain('const process = 2;\n\tprocess;');
  });

  test('later cells see the renamed one; properties, parameters and labels stay', () => {
    const later = code('a.URL; ((URL) => URL)(1); new URL(); ({ URL: 1 })', { renamed: new Set(['URL']) });
    expect(later).toContain('a.URL;\n((URL) => URL)(1);\nnew $daybook_URL();');
    expect(later).toContain('({ URL: 1 })');
  });
});

describe('the way back', () => {
  const places: readonly (readonly [string, string, number])[] = [
    ['const a: number = 1;\n\nboom(a)', 'boom', 3],
    ['type A = {\n  b: string\n}\nfunction f(x: A): void {\n  boom(x)\n}', 'boom', 5],
    ["import { a } from 'b'\nenum E { A }\n  boom()", 'boom', 3],
    ['var a = 1,\n  b = boom()', 'boom', 2],
  ];
  test.each(places)('%j finds %s on line %d', (source, word, line) => {
    const compiled = compileCell(source, FIRST);
    const before = compiled.code.slice(0, compiled.code.indexOf(word)).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    expect(compiled.locate({ line: before.length, column })).toEqual({
      line,
      column: (source.split('\n')[line - 1]?.indexOf(word) ?? -1) + 1,
    });
  });

  test('a syntax error names its place', () => {
    expect(() => compileCell('let a = 1\nlet b = ;', FIRST)).toThrow(
      expect.objectContaining({ code: 'syntax_error', place: { line: 2, column: 9 } }),
    );
  });
});
