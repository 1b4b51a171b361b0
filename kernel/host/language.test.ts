import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';
import { plainTrace } from './fixtures/trace.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

/** What a cell shows, or else its error. */
const value = async (code: string) => {
  const answer = await client.run(code);
  return answer.value ?? plainTrace(answer);
};
const trace = async (code: string) => plainTrace(await client.run(code));

/** Every form of a declaration, with what the name is then. */
const FORMS: readonly (readonly [string, string])[] = [
  ['const form = 1; form', '1'],
  ['let [form, other = 5] = [2]; form', '2'],
  ['var form = 3; form', '3'],
  ['function form() { return 4 } form()', '4'],
  ['async function form() { return 5 } await form()', '5'],
  ['function* form() { yield 6 } [...form()][0]', '6'],
  ['class form { static v = 7 } form.v', '7'],
  ['enum form { A = 8 } form.A', '8'],
  ['const enum form { B = 9 } form.B', '9'],
  ['namespace form { export const v = 10 } form.v', '10'],
  ['import { sep as form } from "node:path"; form.length + 10', '11'],
  ['import * as form from "node:path"; form.sep.length + 11', '12'],
  ['const { form } = { form: 13 }; form', '13'],
  ['using form = { v: 14, [Symbol.dispose]() {} }; form.v', '14'],
  ['@((v: any) => v) class form { static v = 15 } form.v', '15'],
];

test('K8 every form of a declaration follows every other', async () => {
  for (const [first] of FORMS) {
    for (const [second, expected] of FORMS) {
      await client.run(first);
      expect(`${first} → ${await value(second)}`).toBe(`${first} → ${expected}`);
    }
  }
});

test('K8 closures see a name as it is declared later, functions are hoisted', async () => {
  await client.run(
    'let seen = 1; const look = () => seen; function first() { return second() } function second() { return "a" }',
  );
  expect(await value('class seen {}; typeof look()')).toBe("'function'");
  expect(await value('early(); function early() { return first() }\nfunction second() { return "b" } early()')).toBe(
    "'b'",
  );
});

test.each([
  ['{ a: 1, b: "x" }', "{ a: 1, b: 'x' }"],
  ['{ a: 1 }', '{ a: 1 }'],
  ['const n = 2\n{ n: n }', '{ n: 2 }'],
  ['{ { a: 1 } }', undefined],
  ['1;;;', '1'],
  ['\uFEFF1 + 1', '2'],
  ['#!/usr/bin/env node\n3', '3'],
  ['function twice() { return 1 }\nfunction twice() { return 2 }\ntwice()', '2'],
  ['(() => 4)()', '4'],
  ['[1].length', '1'],
  ['`a\r\nb`.length', '3'],
  ['const \\u0061b = 5; ab', '5'],
  ['// nothing', undefined],
  ['type A = 1', undefined],
])('K30 %j shows %j', async (code, expected) => {
  const { status, value: shown } = await client.run(code);
  expect(status).toBe('ok');
  expect(shown).toBe(expected);
});

describe('K31 using', () => {
  test('at the top it holds until the cell ends, last first', async () => {
    const { printed, value: shown } = await client.run(
      'using a = { v: 1, [Symbol.dispose]() { console.log("a") } };\nawait using b = { async [Symbol.asyncDispose]() { await 1; console.log("b") } };\nconsole.log("body"); a.v',
    );
    expect(printed).toBe('body\nb\na\n');
    expect(shown).toBe('1');
  });

  test('in blocks, functions and loops it holds for them', async () => {
    const { printed } = await client.run(
      'const d = (n) => ({ [Symbol.dispose]() { console.log(n) } });\n{ using x = d("block"); console.log("in") }\n(() => { using y = d("function") })();\nfor (using z of [d("loop")]) console.log("body")',
    );
    expect(printed).toBe('in\nblock\nfunction\nbody\nloop\n');
  });

  test('an error disposes too, and what fails then is told with it', async () => {
    const shown = await trace(
      'using a = { [Symbol.dispose]() { throw new Error("later") } };\nthrow new Error("first")',
    );
    expect(shown).toMatch(/^SuppressedError/);
    expect(shown).toMatch(/error Error: later[\s\S]*suppressed Error: first/);
    expect(await trace('1\nusing b = 5')).toMatch(/^> 2 │ using b = 5/m);
  });

  test('an interrupt disposes too', async () => {
    const id = client.post('execute_request', {
      code: 'using held = { [Symbol.dispose]() { console.log("given back") } }; console.log("on"); await new Promise(() => {})',
    });
    await client.until(() => client.answerOf(id).printed !== '');
    await client.kernel.interrupt();
    await client.until(
      () => client.answerOf(id).status !== undefined && client.answerOf(id).printed.includes('given back'),
    );
  });
});

describe('K31 the stacks that dispose', () => {
  test('of what they hold, the last first, once', async () => {
    const { printed } = await client.run(
      `const stack = new DisposableStack(), say = (n) => ({ [Symbol.dispose]() { console.log(n) } });
       stack.use(say("used")); stack.adopt(5, (n) => console.log("adopted", n)); stack.defer(() => console.log("deferred")); stack.use(null);
       console.log(stack.disposed, String(stack)); stack.dispose(); stack[Symbol.dispose](); console.log(stack.disposed)`,
    );
    expect(printed).toBe('false [object DisposableStack]\ndeferred\nadopted 5\nused\ntrue\n');
  });

  test('held by using, moved, and asynchronous', async () => {
    const { printed } = await client.run(
      `{ using all = new DisposableStack(); all.defer(() => console.log("block")); }
       { using kept = new DisposableStack(); kept.defer(() => console.log("moved")); var mine = kept.move() } console.log("after"); mine.dispose();
       { await using later = new AsyncDisposableStack(); later.defer(async () => { await 1; console.log("second") }); later.use({ [Symbol.dispose]() { console.log("first") } }) }
       const done = new AsyncDisposableStack(); console.log(done[Symbol.asyncDispose]() instanceof Promise, done.disposed)`,
    );
    expect(printed).toBe('block\nafter\nmoved\nfirst\nsecond\ntrue true\n');
  });

  test('what fails on the way is told together', async () => {
    const failing = 'for (const n of ["one", "two"]) failing.defer(() => { throw new Error(n) });';
    expect(await trace(`const failing = new DisposableStack(); ${failing} failing.dispose()`)).toMatch(
      /^SuppressedError[\s\S]*error Error: one[\s\S]*suppressed Error: two/,
    );
    expect(await trace(`{ await using failing = new AsyncDisposableStack(); ${failing} }`)).toMatch(
      /^SuppressedError[\s\S]*error Error: one[\s\S]*suppressed Error: two/,
    );
    expect(await trace('const spent = new DisposableStack(); spent.dispose(); spent.defer(() => 1)')).toMatch(
      /^ReferenceError/,
    );
    expect(await trace('new AsyncDisposableStack().use({})')).toMatch(/^TypeError/);
    expect(await trace('new DisposableStack().adopt(1, "no function")')).toMatch(/^TypeError/);
  });
});

test('K31 decorators, metadata and accessor', async () => {
  expect(
    await value(
      'function note(_: unknown, c: DecoratorContext) { (c.metadata as any)[c.name!] = c.kind }\n@note class N { @note field = 1; @note accessor both = 2; @note m() { return this.field } }\nconst n = new N(); [n.field, n.both, n.m(), N[Symbol.metadata].both]',
    ),
  ).toBe("[ 1, 2, 1, 'accessor' ]");
  await client.run('@note class Other { @note field = 100 }');
  expect(await value('new N().field')).toBe('1');
  expect(await trace('1\nclass P {\n  @note\n  z = missing()\n}\n\n  new P()')).toMatch(/at cell \[\d+\]:7:3/);
});

test('K31 JSX is off, and on by a comment', async () => {
  expect(await trace('const x = <b>1</b>')).toContain('JSX is off');
  expect(await value('/** @jsx h */\nconst h = (...all: unknown[]) => all;\n<b id="q">t</b>')).toBe(
    "[ 'b', { id: 'q' }, 't' ]",
  );
});

test.each([
  ['const undefined = 1', '“undefined” cannot be declared'],
  ['let $daybook = 1', '“$daybook” cannot be declared'],
  ['%sql select 1', 'two percent signs'],
  ['%%', 'next to the percent signs'],
  ['%% sql', 'next to the percent signs'],
])('K30 %j is an error with a hint', async (code, hint) => {
  expect(await trace(code)).toContain(hint);
});

test('K11 a name that could not be declared leaves the global as it was', async () => {
  await client.run('const URL = 1; break');
  expect(await value('typeof URL')).toBe("'function'");
});

describe('K32 errors', () => {
  test('hold others, have causes and properties', async () => {
    const shown = await trace(
      'throw new AggregateError([new Error("a", { cause: new Error("deep") }), new AggregateError([5], "inner")], "outer")',
    );
    expect(shown).toMatch(
      /^AggregateError: outer[\s\S]*• Error: a[\s\S]*Caused by Error: deep[\s\S]*• AggregateError: inner[\s\S]*• 5/,
    );
    expect(await trace('require("fs").readFileSync("/nope")')).toContain("code: 'ENOENT'");
    expect(await trace('const c = new Error("c"); c.cause = c; throw c')).toContain('already shown above');
    expect(await trace('class TooLateError extends Error {}\nthrow new TooLateError("x")')).toMatch(/^TooLateError: x/);
  });

  test.each([
    ['1\neval("2;\\nthrow new Error()")', 2],
    ['1\nnew Function("throw new Error()")()', 2],
    ['1\nrequire("vm").runInNewContext("throw new Error()")', 2],
    [`${'x'.repeat(2000)}.y`, 1],
  ])('show the line of the cell: %j', async (code, line) => {
    const shown = await trace(code);
    expect(shown).toMatch(new RegExp(`^> ${line} │ `, 'm'));
    expect(shown).not.toMatch(/dist|node:internal|daybook-cell/);
  });

  test.each([
    ['1\nthrow 5', 2],
    ['1\n\nthrow { a: 1 }', 3],
    ['await null\nthrow "text"', 2],
    ['const fail = async () => {\n  await 1;\n  throw null\n}\n1\nawait fail()', 3],
    ['try { throw 5 } catch (e) {\n  throw e\n}', 2],
    ['1\nthrow (1, 2)', 2],
    ['const wanted = Symbol("s");\n[1].forEach((n) => {\n  throw wanted })', 3],
    ['@((v: any) => v) class D {}\nthrow undefined', 2],
    ['setTimeout(() => {\n  throw "late" }, 1)\nawait new Promise(() => {})', 2],
  ])('show the line that threw what is no error: %j', async (code, line) => {
    expect(await trace(code)).toMatch(new RegExp(`^Thrown: [\\s\\S]*^> ${line} │ `, 'm'));
  });

  test('show where a function of an earlier cell threw, and what is thrown later by itself', async () => {
    await client.run('1\nfunction boom() {\n  throw "from before"\n}');
    expect(await trace('boom()')).toMatch(/^> 3 │ {3}throw "from before"/m);
    const id = client.post('execute_request', { code: 'setTimeout(() => {\n  throw "afterwards"\n}, 5); 1' });
    await client.until(() => client.answerOf(id).printed.includes('throw "afterwards"'));
  });

  test.each([
    '1\n\nawait Promise.reject("no")',
    'try {\n  throw "no" } catch {}\nawait Promise.reject("no")',
    'try {\n  await (async () => { throw 3 })() } catch {}\n1\nawait Promise.reject(3)',
    'await Promise.reject("from before")',
  ])('of no wrong line: %j', async (code) => {
    expect(await trace(code)).not.toContain('│');
  });

  test('in threads, and in callbacks after the end', async () => {
    const thread = await trace(
      'const { Worker } = require("worker_threads"); const w = new Worker("throw new Error(\'in worker\')", { eval: true }); await new Promise((_, no) => w.on("error", no))',
    );
    expect(thread).toContain('in worker');
    expect(thread).not.toContain('node:internal');
    const id = client.post('execute_request', { code: '1\nsetTimeout(() => {\n  throw new Error("late")\n}, 5); 1' });
    await client.until(() => client.answerOf(id).printed.includes('late'));
    expect(client.answerOf(id).printed).toMatch(/3:9/);
  });
});

test('K39 a reply says when its cell was started', async () => {
  const id = client.post('execute_request', { code: 'await new Promise((done) => setTimeout(done, 30))' });
  await client.until(() => client.answerOf(id).status !== undefined);
  const reply = client.of(id).find(({ header }) => header.msg_type === 'execute_reply');
  const took = Date.parse(String(reply?.header.date)) - Date.parse(String(reply?.metadata.started));
  expect(took).toBeGreaterThanOrEqual(25);
});
