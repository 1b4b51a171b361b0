import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';
import { plainTrace } from './fixtures/trace.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

/** What cells do to what the kernel itself stands on. */
const TAMPERING = [
  'globalThis.Promise = 1',
  'console = null',
  'Object.prototype.x = 5; delete Object.prototype.x',
  'Object.prototype.toJSON = () => 5',
  'Object.prototype.then = (done) => done(5)',
  'Array.prototype.push = 5',
  'Array.prototype.map = null',
  'Array.prototype[Symbol.iterator] = null',
  'JSON.parse = null',
  'globalThis.JSON = null',
  'process.stdout.write = null',
  'delete globalThis.process',
  'delete globalThis.Symbol',
  'delete globalThis.Object',
  'globalThis.Error = null',
  'Function.prototype.call = null',
  'Function.prototype.apply = null',
  'Promise.prototype.then = null',
  'Reflect.get = null',
  'Map.prototype.set = null',
  'String.prototype.replaceAll = null',
  'RegExp.prototype.exec = null',
  'globalThis.Buffer = null',
  'Buffer.concat = null',
  'globalThis.performance = null',
  'globalThis.AbortController = null',
  'process.nextTick = null',
  'process.emit = null',
  'process.env = null',
  'Error.prepareStackTrace = undefined',
  'require("events").prototype.emit = null',
  'require("stream").Readable.prototype.push = null',
  'require("inspector").Session.prototype.post = null',
  'require("util").inspect = null',
  'require("fs").writeSync = null',
  'globalThis[Symbol.for("daybook.slot")] = null',
  'process.removeAllListeners("SIGUSR1"); process.on("uncaughtException", () => {})',
  'for (const name of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[name] } catch {}',
];

test.each(TAMPERING)('K36 the kernel goes on after %s', async (code) => {
  await client.run('const kept = 42');
  await client.run(code);
  const { printed, value } = await client.run('console.log("alive"); [kept, { a: new Map([[1, 2]]) }]');
  expect(printed).toBe('alive\n');
  expect(value).toBe('[ 42, { a: Map(1) { 1 => 2 } } ]');
  expect(plainTrace(await client.run('1\nnope.x'))).toMatch(/^ReferenceError: nope is not defined\n.*\n> 2 │ nope\.x/);
});

test('K36 what was put back is said; a stand-in stays', async () => {
  expect((await client.run('Array.prototype.push = 5')).printed).toContain('Array.prototype.push');
  expect((await client.run('Math.random = () => 0.5')).printed).toBe('');
  expect((await client.run('Math.random()')).value).toBe('0.5');
});

describe('frozen and poisoned', () => {
  test.each([
    'Object.freeze(globalThis)',
    'Object.freeze(Object.prototype); Object.freeze(Array.prototype)',
    'Object.freeze(process)',
    'JSON.stringify = () => "hacked"',
    'Object.setPrototypeOf(globalThis, null)',
    'Symbol.prototype.toString = null; Object.defineProperty(Object.prototype, "value", { get: () => 7, set() { throw 1 } })',
  ])('%s', async (code) => {
    const own = await Client.start();
    await own.run(code);
    expect((await own.run('[1, 2].map((n) => n + 1)')).value).toBe('[ 2, 3 ]');
    await own.stop();
  });
});

test.each([
  ['process.kill(process.pid)', 'ExitDisabled'],
  ['process.kill(-process.pid, "SIGKILL")', 'ExitDisabled'],
  ['process.kill(process.pid, "SIGSTOP")', 'ExitDisabled'],
  ['process.abort()', 'ExitDisabled'],
  ['process.reallyExit(1)', 'ExitDisabled'],
  ['for (const fd of [0, 1, 2, 3, 4, 5, 6]) require("fs").closeSync(fd)', 'DescriptorInUse'],
  ['function deep() { deep() } deep()', 'RangeError'],
  ['({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new TypeError("shown badly") } })', 'TypeError'],
])('K15 K36 %s is an error, and nothing is lost', async (code, name) => {
  await client.run('const precious = 1');
  expect((await client.run(code)).content).toMatchObject({ status: 'error', ename: name });
  expect((await client.run('precious')).value).toBe('1');
});

test('K36 each descriptor of the kernel stays open', async () => {
  const close = 'try { require("fs").closeSync(fd); return "closed" } catch (error) { return error.code }';
  const { value } = await client.run(`[0, 1, 2, 3, 4, 5, 6].map((fd) => { ${close} }).join()`);
  expect(value).toBe(`'${Array(7).fill('descriptor_in_use').join()}'`);
});

test('K48 code that is nested too deeply is an error with its place, in cells, consoles and files', async () => {
  await client.run('const deepest = 1');
  const deep = `const a = 1;\nconst b = ${'['.repeat(9_000)}${']'.repeat(9_000)}`;
  const { content } = await client.run(deep);
  expect(content).toMatchObject({ status: 'error', ename: 'NestedTooDeeply' });
  expect(JSON.stringify(content.traceback)).toContain(' 2 │ …[');
  expect((await client.request('is_complete_request', { code: deep })).content).toMatchObject({ status: 'complete' });
  await client.run(`for (const ending of ["ts", "mjs", "cts"])
    require("fs").writeFileSync("deep." + ending, "export const b = " + "[".repeat(9000) + "]".repeat(9000))`);
  for (const ending of ['ts', 'mjs', 'cts']) {
    const { content: failed } = await client.run(`await import("./deep.${ending}")`);
    expect([ending, failed.evalue]).toEqual([
      ending,
      expect.stringMatching(/deep\.\w+:1:10\d\d: The code is nested too deeply/),
    ]);
  }
  expect((await client.run('deepest')).value).toBe('1');
});

test.each([
  // An error or a value, as the version of Node has it.
  '({ get [Symbol.toStringTag]() { throw new TypeError("tag") } })',
  'process.kill(process.pid, "SIGUSR1")',
  'process.chdir("/")',
  'const fs = require("fs"); fs.mkdirSync("gone"); process.chdir("gone"); fs.rmdirSync("../gone")',
  'for (const name in process.env) delete process.env[name]',
  'process.title = "x"; process.exitCode = 5',
  'setInterval(() => {}, 1).unref()',
  'queueMicrotask(() => { throw new Error("micro") })',
])('%s is survived', async (code) => {
  const own = await Client.start();
  await own.run('const precious = 1');
  await own.run(code);
  expect((await own.run('precious')).value).toBe('1');
  await own.stop();
});

test('a loop in the method that shows a value is interrupted', async () => {
  const id = client.post('execute_request', {
    code: '({ [Symbol.for("Jupyter.display")]() { console.log("on"); for (;;); } })',
  });
  await client.until(() => client.answerOf(id).printed !== '');
  await client.kernel.interrupt();
  await client.until(() => client.answerOf(id).status !== undefined);
  expect(client.answerOf(id).content).toMatchObject({ ename: 'Interrupted' });
});

test('bytes that are no text are printed as far as they are, and leave the next cell alone', async () => {
  await client.run('process.stdout.write(Buffer.from("€").subarray(0, 1))');
  const { printed } = await client.run(
    'process.stdout.write(Buffer.from("€").subarray(0, 1)); process.stdout.write(Buffer.from("€").subarray(1)); process.stdout.write(Buffer.from([0xff, 0xfe, 0x41]))',
  );
  expect(printed).toBe('€\ufffd\ufffdA');
});

describe('K37 all of a long output', () => {
  test('a gigabyte is kept in a file, within bounds of memory', { timeout: 120_000 }, async () => {
    const own = await Client.start();
    const { printed, outputs } = await own.run(
      'const line = "x".repeat(999_999) + "\\n"; for (let i = 0; i < 1000; i++) process.stdout.write(line)',
    );
    expect(printed.length).toBeLessThan(11 * 1024 * 1024);
    const [, path = ''] = /until the kernel ends: (.*)\]/.exec(printed) ?? [];
    expect((await stat(path)).size).toBe(1e9);
    expect(path).toMatch(/\/daybook-output\/.*\/cell-1-\d+\.txt$/);
    expect(outputs.at(-1)?.content.data).toMatchObject({
      'text/plain': expect.stringContaining(path),
      'text/html': expect.stringContaining(`<a href="${path.slice(own.folder.length + 1)}"`),
    });
    expect((await own.kernel.usage()).memoryBytes).toBeLessThan(700e6);
    await own.stop();
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});

describe('K38 what users’ objects give', () => {
  const shown = async (bundle: string) => {
    const { outputs } = await client.run(`({ [Symbol.for("Jupyter.display")]: () => (${bundle}) })`);
    return outputs.at(-1)?.content.data as Record<string, unknown>;
  };

  test('text is text, bytes are base64, JSON is JSON', async () => {
    expect(
      await shown('{ "text/plain": 5, "text/html": ["<b>", "</b>"], "image/png": new Uint8Array([1, 2]) }'),
    ).toEqual({
      'text/plain': '5',
      'text/html': '<b></b>',
      'image/png': 'AQI=',
    });
    expect(
      await shown(
        '{ "text/plain": "", "application/json": { n: NaN, b: 1n, m: new Map([[1, 2]]), s: new Set([3]), f: new Float32Array(2), d: new Date(NaN) } }',
      ),
    ).toMatchObject({ 'application/json': { n: null, b: '1', m: { 1: 2 }, s: [3], f: [0, 0], d: null } });
  });

  test('what is no output is left out', async () => {
    expect(Object.keys(await shown('{ nomime: "x", "text/html": () => 1, "text/plain": "t" }'))).toEqual([
      'text/plain',
    ]);
    expect(
      (
        await shown(
          '{ "text/plain": "", "application/json": (() => { let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; return a })() }',
        )
      )['text/plain'],
    ).toContain('nested too deeply');
  });

  test('hostile proxies and empty values are shown', async () => {
    expect(
      (
        await client.run(
          'new Proxy({ a: 1 }, { get(_, key) { if (key !== "then") throw 1 }, has() { throw 2 }, ownKeys() { throw 3 } })',
        )
      ).value,
    ).toBe('{ a: 1 }');
    const { outputs } = await client.run('display(undefined)');
    expect(outputs[0]?.content.data).toEqual({ 'text/plain': 'undefined' });
    expect((await client.run('display(1, { update: true })')).content).toMatchObject({ ename: 'NoDisplayId' });
  });
});
