import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start({ GIVEN: 'yes' });
});
afterAll(() => client.stop());

const values = async (...cells: string[]) => {
  const shown = [];
  for (const cell of cells) shown.push((await client.run(cell)).value);
  return shown;
};

describe('cells', () => {
  test('K8 declarations run again, in any form', async () => {
    expect(
      await values(
        'const a = 1; a',
        'const a = 2; a',
        'function a() { return 3 }\na()',
        'class a {}; typeof a',
        'let a = 5; a',
      ),
    ).toEqual(['1', '2', '3', "'function'", '5']);
    expect(await values('enum E { A }; E.A', 'enum E { B, A }; E', 'let bad = nope()', 'let bad = 1; bad')).toEqual([
      '0',
      "{ '0': 'B', '1': 'A', B: 0, A: 1 }",
      undefined,
      '1',
    ]);
    expect(
      await values('var n = (typeof n === "number" ? n : 0) + 1; n', 'var n = (typeof n === "number" ? n : 0) + 1; n'),
    ).toEqual(['1', '2']);
  });

  test('K9 the last value', async () => {
    expect(
      await values(
        '1\n2',
        'await Promise.resolve(3)',
        'Promise.resolve(4)',
        'let x = 5',
        'if (true) { 6 }',
        '',
        'type T = 7',
      ),
    ).toEqual(['2', '3', '4', undefined, undefined, undefined, undefined]);
    const rejected = await client.run('Promise.reject(new RangeError("lost"))');
    expect(rejected.content).toMatchObject({ status: 'error', ename: 'RangeError', evalue: 'lost' });
  });

  test('K10 errors point at the line as typed', async () => {
    await client.run(
      'interface Options {\n  size: number\n}\nfunction boom(options: Options) {\n  throw new TypeError("bad size")\n}',
    );
    const { content } = await client.run('// first line\nboom({ size: 1 })');
    const trace = (content.traceback as string[]).join('\n');
    expect(trace).toMatch(/at boom \(cell \[\d+\]:5:9\)/);
    expect(trace).toMatch(/at cell \[\d+\]:2:1/);
    expect(trace).not.toMatch(/dist|node:internal|inspector/);
    const syntax = await client.run('const a = 1\nconst b = ;');
    expect(syntax.content).toMatchObject({ ename: 'SyntaxError' });
    expect(JSON.stringify(syntax.content.traceback)).toContain('2 │ const b = ;');
  });

  test.each([
    ['1\nimport { read_csv } from "pandas"', 2, '“pandas” is not installed'],
    ['1\n\nawait import("./nope.ts")', 3, '“./nope.ts”'],
    ['1\nrequire("./nope")', 2, "Cannot find module './nope'"],
    ['1\nprocess.exit()', 2, 'process.exit() is disabled'],
    ['select 1', 1, '%%sql'],
    ['%%sql\nselect 1\nfrom nope', 3, '“nope”'],
    ['%%sql\nselect\n  {{ absent }}', 3, '“absent”'],
    ['%%sql\nselect *\nfrom read_csv("https://example.org/a.csv")', 3, 'example.org'],
    ["%%sql\nselect\ncast('abc' as integer)", 3, "'abc'"],
    ['%%chart\ntype: bar\nfrom: nope\nx: a', 3, '“nope”'],
  ])('K10 an error names the thing and the line: %j', async (code, line, thing) => {
    const { content } = await client.run(code);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of the terminal begin with it
    const shown = (content.traceback as string[]).join('\n').replace(/\u001b\[\d+m/g, '');
    expect(shown).toContain(thing);
    expect(shown).toMatch(new RegExp(`^> ${line} │ `, 'm'));
    expect(shown).not.toMatch(/dist|node:internal|inspector|Require stack|INSTALL/);
  });

  test('K11 a cell may have its own URL', async () => {
    expect(
      await values(
        'class URL { own = 1 }\nnew URL().own',
        'new URL().own',
        'require("node:url").URL === globalThis.URL',
      ),
    ).toEqual(['1', '1', 'true']);
  });

  test('K13 output stands in order, under its own cell', async () => {
    const { outputs } = await client.run('console.log("a"); console.error("b"); display(1); console.log("c"); 2');
    expect(
      outputs.map(({ header, content }) => `${header.msg_type} ${String(content.text ?? '').trim()}`.trim()),
    ).toEqual(['stream a', 'stream b', 'display_data', 'stream c', 'execute_result']);
    const early = client.post('execute_request', { code: 'setTimeout(() => console.log("from the first"), 40); 1' });
    const second = await client.run('await new Promise((resolve) => setTimeout(resolve, 120)); console.log("second")');
    expect(client.answerOf(early).printed).toBe('from the first\n');
    expect(second.printed).toBe('second\n');
  });

  test('K13 what a cell prints before an endless loop is seen, however much the cells before it printed', async () => {
    for (let round = 0; round < 10; round += 1) {
      for (let quick = 0; quick < 6; quick += 1) client.post('execute_request', { code: 'console.log("quick")' });
      const id = client.post('execute_request', { code: 'console.log("seen"); for (;;) await null' });
      await client.until(() => client.answerOf(id).printed === 'seen\n');
      await client.kernel.interrupt();
      await client.until(() => client.answerOf(id).status !== undefined);
    }
  });

  test('K13 what children print is not lost', async () => {
    const { printed } = await client.run('require("child_process").execSync("echo child", { stdio: "inherit" }); 1');
    expect(printed).toBe('child\n');
  });

  test('K14 imports', async () => {
    await writeFile(join(client.folder, 'library.ts'), 'export const version: number = 1;');
    expect(await values('import { version } from "./library"; version')).toEqual(['1']);
    await writeFile(join(client.folder, 'library.ts'), 'export const version: number = 22;');
    expect(
      await values(
        'import { version } from "./library.ts"; version',
        '(await import("node:path")).sep',
        'import { tableFromArrays as make } from "apache-arrow"; typeof make',
      ),
    ).toEqual(['22', "'/'", "'function'"]);
    expect((await client.run('import "not-here"')).content).toMatchObject({
      ename: 'ModuleNotFound',
      evalue: expect.stringContaining('npm install not-here'),
    });
    expect((await client.run('import { nope } from "node:fs"')).content).toMatchObject({
      evalue: expect.stringContaining('“nope”'),
    });
  });

  test('K15 process.exit is an error', async () => {
    expect((await client.run('process.exit(3)')).content).toMatchObject({ ename: 'ExitDisabled' });
  });

  test('K16 output without end is cut', async () => {
    const { printed, status } = await client.run(
      'const line = "x".repeat(1e6); for (let i = 0; i < 15; i++) console.log(line)',
    );
    expect(status).toBe('ok');
    expect(printed.length).toBeGreaterThan(10_000_000);
    expect(printed.length).toBeLessThan(11_000_000);
    expect(printed).toContain('more than 10 MB');
  });

  test('K17 prompt', async () => {
    client.answer = (prompt) => `${prompt} Ada`;
    expect(await values('prompt("I am")')).toEqual(["'I am Ada'"]);
    expect((await client.run('prompt("?")', { allow_stdin: false })).content).toMatchObject({ ename: 'NoInput' });
  });

  test('K18 an unknown kind', async () => {
    expect((await client.run('%%prolog\nx.')).content).toMatchObject({
      ename: 'UnknownCellKind',
      evalue: expect.stringContaining('%%sql'),
    });
  });

  test('K19 a named result is an Arrow table', async () => {
    const { status } = await client.run('%%sql result=two\nselect 1 as n union all select 2 order by n');
    expect(status).toBe('ok');
    expect(await values('two.numRows', 'Number(two.getChild("n").get(1))', 'let two = 5; two')).toEqual([
      '2',
      '2',
      '5',
    ]);
    await client.run('%%sql result=two\nselect 7 as n');
    expect(await values('two.numRows')).toEqual(['1']);
  });

  test('K23 the environment', async () => {
    expect(
      await values('process.env.GIVEN', 'Object.keys(process.env).filter((name) => /VITEST|DAYBOOK/.test(name))'),
    ).toEqual(["'yes'", "[ 'DAYBOOK_KERNEL_ID' ]"]);
  });

  test('errors nobody waits for are shown', async () => {
    const timer = await client.run(
      'setTimeout(() => { throw new Error("in a timer") }, 5); await new Promise(() => {})',
    );
    expect(timer.content).toMatchObject({ status: 'error', evalue: 'in a timer' });
    const forgotten = await client.run(
      'Promise.reject(new Error("forgotten")); await new Promise((resolve) => setTimeout(resolve, 20))',
    );
    expect(forgotten.printed).toContain('forgotten');
  });

  test('K7 completion and inspection', async () => {
    await client.run('const café = { length2: 1, wide: 2 }; const smile = "😀"');
    expect((await client.request('complete_request', { code: '"😀"; café.wi', cursor_pos: 12 })).content).toMatchObject(
      { matches: ['wide'], cursor_start: 10, cursor_end: 12 },
    );
    expect((await client.request('complete_request', { code: 'caf', cursor_pos: 3 })).content).toMatchObject({
      matches: ['café'],
    });
    expect(
      (await client.request('inspect_request', { code: 'café.wide', cursor_pos: 7, detail_level: 0 })).content,
    ).toMatchObject({ found: true });
    expect((await client.request('is_complete_request', { code: 'if (a) {' })).content).toMatchObject({
      status: 'incomplete',
    });
  });
});

describe('K12 an interrupt keeps variables', () => {
  test('what an interrupted cell leaves works on later: a connection it opened', async () => {
    const opening = client.post('execute_request', {
      code: `const net = require("net");
        const echo = net.createServer((socket) => socket.on("data", async (data) => { await null; setTimeout(() => socket.write(data), 1) }));
        await new Promise((done) => echo.listen(0, "127.0.0.1", done));
        const line = net.connect(echo.address().port, "127.0.0.1");
        const ask = (text) => new Promise((done) => { line.once("data", async (data) => { await null; done(String(data)) }); line.write(text) });
        console.log(await ask("one")); await new Promise(() => {})`,
    });
    await client.until(() => client.answerOf(opening).printed === 'one\n');
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(opening).status !== undefined);
    expect(await values('await ask("two")')).toEqual(["'two'"]);
    await client.run('line.destroy(); echo.close()');
  });

  test('an interrupt ends the program that a cell waits for', async () => {
    const id = client.post('execute_request', {
      code: 'const waited = require("child_process").spawn("sleep", ["600"]); console.log(waited.pid); await new Promise((done) => waited.on("exit", done))',
    });
    await client.until(() => client.answerOf(id).printed !== '');
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    await expect.poll(() => running(Number(client.answerOf(id).printed))).toBe(false);
  });

  test('an interrupt while nothing runs does nothing', async () => {
    await client.kernel.interrupt();
    expect(await values('1 + 1')).toEqual(['2']);
  });

  test('an interrupted question is not answered later', async () => {
    const id = client.post('execute_request', { code: 'prompt("never answered")', allow_stdin: true });
    client.answer = () => {
      void client.kernel.interrupt();
      return 'late';
    };
    await client.until(() => client.answerOf(id).status !== undefined);
    client.answer = () => 'new';
    expect(await values('prompt("again")')).toEqual(["'new'"]);
  });
});

describe('life', () => {
  test('K20 resident memory beyond the limit ends the executor, with the reason', async () => {
    const own = await Client.start({ DAYBOOK_KERNEL_MEMORY_MB: '400' });
    const { content } = await own.run('const hoard = []; for (;;) hoard.push(Buffer.alloc(5e6, 1))');
    expect(content).toMatchObject({
      ename: 'KernelEnded',
      evalue: expect.stringMatching(/out of memory at .* GB; it may use 0\.4 GB/),
    });
    expect((await own.run('1 + 1')).value).toBe('2');
    await own.stop();
  });

  test('K20 the memory of programs counts', async ({ skip }) => {
    skip(!existsSync('/proc'), 'the memory of other programs is read from /proc, which this system lacks');
    const own = await Client.start({ DAYBOOK_KERNEL_MEMORY_MB: '600' });
    await own.run('var precious = 1');
    const hoard = 'const all = []; setInterval(() => all.push(Buffer.alloc(2e7, 1)), 20)';
    const { content } = await own.run(
      `require("child_process").execFileSync("sh", ["-c", ${JSON.stringify(`"$NODE" -e '${hoard}'; true`)}], { env: { NODE: process.execPath } })`,
    );
    expect(content).toMatchObject({
      ename: 'KernelEnded',
      evalue: expect.stringMatching(/out of memory at .* GB; it may use 0\.6 GB.*gone: precious/),
    });
    expect((await own.run('1 + 1')).value).toBe('2');
    await own.stop();
  });

  test('K20 a worker thread out of memory costs no variable', { timeout: 90_000 }, async ({ skip }) => {
    skip(
      Number(process.versions.node.split('.')[0]) >= 24,
      'from Node 24 on a worker thread out of memory ends its process, whoever starts it',
    );
    const own = await Client.start({ DAYBOOK_KERNEL_HEAP_MB: '256' });
    await own.run('var precious = 1');
    const thread = await own.run(`const { Worker } = require("worker_threads");
      new Worker("const all = []; for (;;) all.push(Array.from({ length: 1e5 }, () => ({})))", { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } });
      await new Promise(() => {})`);
    expect(thread.content).toMatchObject({ status: 'error', evalue: expect.stringMatching(/memory/) });
    expect((await own.run('precious')).value).toBe('1');
    expect(own.log).toEqual([]);
    await own.stop();
  });

  test('K20 a query out of memory costs no variable', { timeout: 90_000 }, async () => {
    const own = await Client.start();
    await own.run('var precious = 1');
    await own.run("%%sql\nset memory_limit = '40MB'");
    const query = await own.run("%%sql\nselect list(range::varchar || repeat('x', 100)) as all from range(20000000)");
    expect(query.content).toMatchObject({ ename: 'SqlError', evalue: expect.stringMatching(/memory/i) });
    expect((await own.run('precious')).value).toBe('1');
    expect(own.log).toEqual([]);
    await own.stop();
  });

  test('K20 noise on the kernel’s own pipes ends the executor, not the host', async () => {
    const own = await Client.start();
    for (const write of ['3, "not a frame at all"', '5, "GET / HTTP/1.1"', '3, new Uint8Array(64)']) {
      const { content } = await own.run(`require("fs").writeSync(${write}); await new Promise(() => {})`);
      expect(content).toMatchObject({ ename: 'KernelEnded', evalue: expect.stringContaining('file descriptors') });
    }
    const forged = 'Buffer.from(JSON.stringify({ value: { type: "done", id: 1, outcome: 5 }, sizes: [] }))';
    const { content } = await own.run(
      `const json = ${forged}; const head = Buffer.alloc(8); head.writeUInt32LE(json.length + 4, 0); head.writeUInt32LE(json.length, 4); require("fs").writeSync(3, Buffer.concat([head, json])); await new Promise(() => {})`,
    );
    expect(content).toMatchObject({ ename: 'KernelEnded' });
    expect((await own.run('1 + 1')).value).toBe('2');
    await own.stop();
  });

  test('a listener that throws costs nobody a message', async () => {
    const own = await Client.start();
    const dispose = own.kernel.onMessage(() => {
      throw new Error('listener');
    });
    expect((await own.run('1 + 1')).value).toBe('2');
    expect(own.log.some((line) => line.includes('listener'))).toBe(true);
    dispose();
    await own.stop();
  });

  test('a listener that sends at once keeps the order', async () => {
    const own = await Client.start();
    let sent = '';
    own.kernel.onMessage(({ header }) => {
      if (header.msg_type === 'execute_reply' && sent === '') sent = own.post('execute_request', { code: '2' });
    });
    await own.run('1');
    await own.until(() => own.answerOf(sent).status === 'ok');
    const states = own.messages.flatMap(({ content }) => content.execution_state ?? []);
    expect(states).toEqual(['busy', 'idle', 'busy', 'idle']);
    await own.stop();
  });

  test('K20 a crash is told, and the kernel goes on', async () => {
    const own = await Client.start({ DAYBOOK_KERNEL_HEAP_MB: '128' });
    await own.run('const precious = 1');
    const id = own.post('execute_request', {
      code: 'const hoard = []; for (;;) hoard.push(Array.from({ length: 1e5 }, () => ({})))',
    });
    const next = await own.run('"waiting"');
    expect(own.answerOf(id).content).toMatchObject({
      status: 'error',
      ename: 'KernelEnded',
      evalue: expect.stringMatching(/out of memory.*gone: precious/),
    });
    expect(next.content).toMatchObject({
      status: 'aborted',
      ename: 'NotRun',
      // K25
      daybook: { reason: 'crash', waiting: true, message: expect.stringMatching(/out of memory at 0\.1 GB/) },
    });
    expect((await own.run('typeof precious')).value).toBe("'undefined'");
    expect(own.messages.filter(({ content }) => content.execution_state === 'restarting')).toHaveLength(1);
    await own.stop();
  });

  test('K21 a restart forgets variables and keeps the id', async () => {
    const own = await Client.start();
    const { id } = own.kernel;
    await own.run('const gone = 1');
    const hanging = own.run('while (true) {}');
    await own.kernel.restart();
    expect((await hanging).content).toMatchObject({ status: 'error', ename: 'KernelRestarted' });
    expect(own.kernel.id).toBe(id);
    const answer = await own.run('typeof gone');
    expect(answer.value).toBe("'undefined'");
    expect(answer.content.execution_count).toBe(1);
    await own.stop();
  });

  test('K22 a shutdown ends grandchildren too', async () => {
    const own = await Client.start();
    const { value } = await own.run('require("node:child_process").spawn("sleep", ["600"]).pid');
    await own.stop();
    expect(own.kernel.status).toBe('dead');
    await expect.poll(() => running(Number(value))).toBe(false);
  });

  test('K20 a folder that is not there is said', async () => {
    const own = await Client.start({}, 'missing');
    const { content } = await own.run('1');
    expect(content).toMatchObject({ status: 'aborted', evalue: expect.stringContaining('missing does not exist') });
    await expect.poll(() => own.kernel.status).toBe('dead');
    expect((await own.run('1')).content).toMatchObject({ status: 'aborted', ename: 'KernelEnded' });
    await mkdir(join(own.folder, 'missing'));
    await own.kernel.restart();
    expect((await own.run('1 + 1')).value).toBe('2');
    await own.stop();
    expect((await own.run('1')).content).toMatchObject({
      status: 'aborted',
      evalue: expect.stringContaining('shut down'),
    });
    expect(await own.ask('graph.state', {})).toMatchObject({ status: 'error', code: 'kernel_ended' });
  });

  test('K91 a kernel that rests gives back what cells left behind', { timeout: 60_000 }, async () => {
    const own = await Client.start();
    await own.run('var gone = new WeakRef({ text: "x".repeat(1e6) })');
    const look = async () => (await own.run('gone.deref() === undefined')).value;
    // Looking is a cell that ends the rest.
    await expect.poll(look, { interval: 5_000, timeout: 50_000 }).toBe('true');
    await own.stop();
  });

  test('memory is reported', async () => {
    const { memoryBytes, pid } = await client.kernel.usage();
    expect(pid).toBeGreaterThan(1);
    if (existsSync('/proc')) expect(memoryBytes).toBeGreaterThan(10_000_000);
  });
});

function running(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A dead child of a dead parent stays in the table until somebody collects it.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
