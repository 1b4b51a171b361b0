import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';
import { HANGS, type Hang } from './fixtures/hangs.ts';

/** `DAYBOOK_TEST_LONG=1` interrupts every hang 100 times. How long it takes is the bench's matter. */
const ROUNDS = process.env.DAYBOOK_TEST_LONG === undefined ? 3 : 100;
const PATIENCE_MS = 60_000;

let client: Client;
beforeAll(async () => {
  client = await Client.start();
  await client.run('const kept = { value: 42 }; var rounds = 0');
});
afterAll(() => client.stop());

/** Runs a hang until it is seen to run, and gives its request's id. */
async function begin({ code }: Hang): Promise<string> {
  const sql = code.startsWith('%%');
  const id = client.post('execute_request', { code: sql ? code : `rounds++; console.log("running"); ${code}` });
  // Node may print a warning under it before.
  const runs = ({ header, content }: JupyterMessage) =>
    sql ? header.msg_type === 'execute_input' : String(content.text).includes('running');
  await client.until(() => client.of(id).some(runs));
  return id;
}

describe(`K12 an interrupt ends the cell, ${ROUNDS} times, and keeps the state`, () => {
  test.each(HANGS)('$name', { timeout: PATIENCE_MS + ROUNDS * 2_000 }, async (hang) => {
    if (hang.before !== undefined) expect((await client.run(hang.before)).status).toBe('ok');
    const before = Number((await client.run('rounds')).value);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const id = await begin(hang);
      await client.kernel.interrupt();
      await client.until(() => client.answerOf(id).status !== undefined);
      expect(client.answerOf(id).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
      const { value } = await client.run('[kept.value, rounds]');
      expect(value).toBe(`[ 42, ${hang.code.startsWith('%%') ? before : before + round} ]`);
    }
    expect(client.log).toEqual([]);
  });
});

test('K12 imports work after an interrupt of the first cell that imports a file', async () => {
  const fresh = await Client.start();
  try {
    await fresh.run('require("fs").writeFileSync("one.mjs", "export const one = 1")');
    const first = fresh.post('execute_request', {
      code: 'import { one } from "./one.mjs"; console.log("running"); await new Promise(() => {})',
    });
    await fresh.until(() => fresh.answerOf(first).printed !== '');
    await fresh.kernel.interrupt();
    await fresh.until(() => fresh.answerOf(first).status !== undefined);
    expect((await fresh.run('import { one } from "./one.mjs"; one')).value).toBe('1');
  } finally {
    await fresh.stop();
  }
});

test('K12 an interrupt that came too late for a question does not keep the next cell from being interrupted', async () => {
  const fresh = await Client.start();
  try {
    // The executor still starts: the question is answered before the interrupt of it is heard.
    const question = fresh.post('is_complete_request', { code: '' });
    const id = fresh.post('execute_request', {
      code: '(function again() { queueMicrotask(again) })(); await new Promise(() => {})',
    });
    await fresh.until(() => fresh.of(question).length > 0);
    await fresh.kernel.interrupt();
    await fresh.until(() => fresh.of(id).some(({ header }) => header.msg_type === 'execute_input'));
    await fresh.kernel.interrupt();
    await fresh.until(() => fresh.answerOf(id).status !== undefined);
    expect(fresh.answerOf(id).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
  } finally {
    await fresh.stop();
  }
});

describe('K24 nothing of an interrupted cell goes on', () => {
  const LEFT: readonly (readonly [string, string])[] = [
    ['statements after an await', 'await pause(); done.push("next statement")'],
    ['rounds of a loop', 'for (;;) { await pause(); done.push("round") }'],
    ['a catch block', 'try { await fail() } catch { done.push("caught") }'],
    ['a loop that catches', 'for (;;) { try { await fail() } catch { done.push("caught") } }'],
    ['functions it called', 'async function own() { await pause(); done.push("in a function") }; await own()'],
    ['what it did not wait for', '(async () => { await pause(); done.push("beside") })(); await new Promise(() => {})'],
    [
      'an async iterator',
      'async function* each() { for (;;) { await pause(); yield 1 } }; for await (const n of each()) done.push(n)',
    ],
  ];

  test.each(LEFT)('%s', async (_name, code) => {
    // A wait that no interrupt ends, as of a library: a program's output on a pipe of its own.
    await client.run(`var done = []; var gate = new (require("events").EventEmitter)();
      var pause = () => new Promise((resolve) => gate.once("open", resolve));
      var fail = () => new Promise((_, reject) => gate.once("open", () => reject(new Error("failed"))))`);
    const id = client.post('execute_request', { code: `console.log("running"); ${code}` });
    await client.until(() => client.answerOf(id).printed !== '');
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    const later = await client.run(
      'for (let n = 0; n < 20; n++) { gate.emit("open"); await new Promise((r) => setTimeout(r, 1)) }; done',
    );
    expect(later.value).toBe('[]');
    expect(client.answerOf(id).printed).toBe('running\n');
  });

  test('a library that swallows every failure around its input and output, once no cell runs', async () => {
    await client.run(`var seen = { rounds: 0 }; require("fs").writeFileSync("swallows.mjs",
      "import { readFile } from 'node:fs/promises'; export async function again(seen) { for (;;) { try { await readFile('swallows.mjs'); seen.rounds++; throw 1 } catch {} } }")`);
    const id = client.post('execute_request', {
      code: 'import { again } from "./swallows.mjs"; console.log("running"); await again(seen)',
    });
    await client.until(() => client.answerOf(id).printed !== '');
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    let before = '';
    for (let now = 'begin'; now !== before; now = String((await client.run('seen.rounds')).value)) {
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    // Nothing is left open, and nobody hears of the end.
    expect((await client.run('require("fs").readdirSync("/proc/self/fd").length < 60')).value).toBe('true');
    expect(client.answerOf(id).printed).toBe('running\n');
  });

  test('a client whose reader began in it serves later cells', async () => {
    await client.run(`require("fs").writeFileSync("client.mjs", \`import { EventEmitter, once } from 'node:events';
      export class Client { #line = new EventEmitter(); answers = 0; constructor() { this.#read() }
        async #read() { for (;;) { await once(this.#line, 'answer'); this.answers++ } }
        async ask() { const before = this.answers; while (this.answers === before) { this.#line.emit('answer'); await null; await null } } }\`)`);
    const id = client.post('execute_request', {
      code: 'import { Client } from "./client.mjs"; const asks = new Client(); console.log("running"); await new Promise(() => {})',
    });
    await client.until(() => client.answerOf(id).printed !== '');
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    const { value } = await client.run('for (let n = 0; n < 3000; n++) await asks.ask(); asks.answers');
    expect(value).toBe('3000');
  });

  test('a server that it started goes on', async () => {
    await client.run(`require("fs").writeFileSync("steps.mjs",
      "export async function steps(n) { while (n-- > 0) { try { await null } catch {} } return 'done' }")`);
    const id = client.post('execute_request', {
      code: `import { steps } from "./steps.mjs"; import { createServer } from "node:http";
        const server = createServer(async (_, answer) => answer.end(await steps(100)));
        await new Promise((open) => server.listen(0, "127.0.0.1", open));
        console.log(server.address().port); await new Promise(() => {})`,
    });
    await client.until(() => client.answerOf(id).printed !== '');
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    const url = `http://127.0.0.1:${client.answerOf(id).printed.trim()}/`;
    for (let n = 0; n < 40; n += 1) expect(await (await fetch(url)).text()).toBe('done');
    expect((await client.run('server.closeAllConnections(); server.close(); 1')).value).toBe('1');
  });

  // A machine so busy that the cell has no turn in 30 ms breaks it off.
  test('finally blocks run', { retry: 3 }, async () => {
    const id = client.post('execute_request', {
      code: `var left = "open"; console.log("running");
        try { for (;;) await null } finally { left = "closed" }`,
    });
    await client.until(() => client.answerOf(id).printed !== '');
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    expect((await client.run('left')).value).toBe("'closed'");
  });

  test('what an earlier cell has under way goes on', async () => {
    await client.run(
      'var beats = 0; (async () => { for (;;) { await new Promise((r) => setTimeout(r, 1)); beats++ } })(); 1',
    );
    const id = await begin({ name: '', code: 'for (;;) await null' });
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    const { value } = await client.run(
      'const from = beats; while (beats < from + 5) await new Promise((r) => setTimeout(r, 1)); true',
    );
    expect(value).toBe('true');
  });

  test('what an earlier cell left behind does not keep a later one from being interrupted', async () => {
    await client.run('setTimeout(() => { console.log("spinning"); while (true) {} }, 20); 1');
    await client.until(() => client.messages.some(({ content }) => content.text === 'spinning\n'));
    const id = client.post('execute_request', { code: '2' });
    const question = client.post('complete_request', { code: 'kep', cursor_pos: 3 });
    await client.kernel.interrupt();
    await client.until(() => client.answerOf(id).status !== undefined);
    expect(client.answerOf(id).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    await client.until(() => client.answerOf(question).status !== undefined);
    expect((await client.run('kept.value')).value).toBe('42');
  });

  test('no interrupt hits the next cell, however close it comes', { timeout: PATIENCE_MS }, async () => {
    for (let round = 0; round < 20 * ROUNDS; round += 1) {
      const id = client.post('execute_request', {
        code: 'for (let n = 0; n < 3e5; n++); await null; 1',
        stop_on_error: false,
      });
      const next = client.post('execute_request', {
        code: 'for (let n = 0; n < 1e6; n++); "next"',
        stop_on_error: false,
      });
      await client.until(() => client.of(id).some(({ header }) => header.msg_type === 'execute_input'));
      await client.kernel.interrupt();
      await client.until(() => client.answerOf(next).status !== undefined);
      const first = client.answerOf(id).content;
      // The interrupt meets the cell that ran when it was sent, or none.
      expect([client.answerOf(next).value, first.status === 'ok' || first.ename === 'Interrupted']).toEqual([
        "'next'",
        true,
      ]);
    }
  });
});
