import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';

/** Jupyter messaging 5.4, rule by rule, on a real kernel. What the pure machine decides is in `protocol/`. */
let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

/** Sends on `control` and gives the reply, once it is idle. */
async function control(type: string, content: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const id = client.post(type, content, 'control');
  await client.idle(id);
  return client.answerOf(id).content;
}
const types = (answer: { outputs: readonly { header: { msg_type: string } }[] }) =>
  answer.outputs.map(({ header }) => header.msg_type);

describe('kernel_info', () => {
  test('has every field, on shell and on control', async () => {
    const fields = {
      status: 'ok',
      protocol_version: '5.4',
      implementation: 'daybook',
      implementation_version: expect.any(String),
      banner: expect.any(String),
      help_links: expect.arrayContaining([{ text: expect.any(String), url: expect.stringMatching(/^https:/) }]),
      language_info: {
        name: 'typescript',
        version: expect.any(String),
        mimetype: 'application/typescript',
        file_extension: '.ts',
        pygments_lexer: 'typescript',
        codemirror_mode: 'typescript',
      },
      debugger: false,
      supported_features: [],
    };
    expect((await client.request('kernel_info_request', {})).content).toEqual(fields);
    expect(await control('kernel_info_request')).toEqual(fields);
  });
});

describe('execute', () => {
  test('counts: cells that are stored count, silent and unstored ones show the next number', async () => {
    const count = async (options: Record<string, unknown>) =>
      (await client.run('0', options)).content.execution_count as number;
    const first = await count({});
    expect(await count({ store_history: false })).toBe(first + 1);
    expect(await count({ silent: true, store_history: true })).toBe(first + 1);
    expect(await count({})).toBe(first + 1);
  });

  test('silent: no input, no result, but what it prints', async () => {
    const answer = await client.run('console.log("said"); 5', { silent: true });
    expect(types(answer)).toEqual(['stream']);
    expect(client.all('execute_input').every(({ content }) => !String(content.code).includes('said'))).toBe(true);
  });

  test('user_expressions: values and errors by name; none after a failure', async () => {
    const { content } = await client.run('let u = 20', {
      user_expressions: { twice: 'u * 2', bad: 'nope()', none: 'undefined' },
    });
    expect(content.user_expressions).toMatchObject({
      twice: { status: 'ok', data: { 'text/plain': '40' }, metadata: {} },
      bad: { status: 'error', ename: 'ReferenceError', traceback: expect.any(Array) },
      none: { status: 'ok', data: { 'text/plain': 'undefined' } },
    });
    const failed = await client.run('throw 1', { user_expressions: { u: 'u' } });
    expect(failed.content).toMatchObject({ status: 'error', user_expressions: {} });
  });

  test('payload: empty, or what was given to the pager', async () => {
    expect((await client.run('1')).content.payload).toEqual([]);
    expect((await client.run('page("long"); page(html`<b>x</b>`)')).content.payload).toEqual([
      { source: 'page', data: { 'text/plain': 'long' }, start: 0 },
      { source: 'page', data: { 'text/plain': 'x', 'text/html': '<b>x</b>' }, start: 0 },
    ]);
  });

  test('stop_on_error: what waits is aborted, unless told otherwise', async () => {
    const [failing, waiting, info] = [
      client.post('execute_request', { code: 'await null; throw 1' }),
      client.post('execute_request', { code: '2' }),
      client.post('kernel_info_request', {}),
    ] as const;
    await client.idle(info);
    expect(client.answerOf(failing).status).toBe('error');
    expect(client.answerOf(waiting).content).toMatchObject({ status: 'aborted' });
    const going = [
      client.post('execute_request', { code: 'await null; throw 1', stop_on_error: false }),
      client.post('execute_request', { code: '2' }),
    ] as const;
    await client.idle(going[1]);
    expect(client.answerOf(going[1]).value).toBe('2');
  });
});

describe('display', () => {
  test('update_display_data: an id is known to later cells', async () => {
    const first = await client.run('display("one", { id: "d1" })');
    expect(first.outputs[0]?.content).toMatchObject({ transient: { display_id: 'd1' } });
    const later = await client.run('display("two", { id: "d1", update: true })');
    expect(later.outputs[0]).toMatchObject({
      header: { msg_type: 'update_display_data' },
      content: { data: { 'text/plain': "'two'" }, transient: { display_id: 'd1' } },
    });
  });

  test('clear_output, at once or with the next output, in order', async () => {
    const answer = await client.run('console.log("a"); clearOutput({ wait: true }); console.log("b"); clearOutput()');
    expect(answer.outputs.map(({ header, content }) => [header.msg_type, content.wait])).toEqual([
      ['stream', undefined],
      ['clear_output', true],
      ['stream', undefined],
      ['clear_output', false],
    ]);
  });
});

describe('stdin', () => {
  test('a question and a secret one; who asks not to be asked is not', async () => {
    client.answer = (prompt) => prompt.toUpperCase();
    expect((await client.run('prompt("name") + prompt("pass", { password: true })')).value).toBe("'NAMEPASS'");
    const asked = client.all('input_request').slice(-2);
    expect(asked.map(({ content, channel }) => [channel, content])).toEqual([
      ['stdin', { prompt: 'name', password: false }],
      ['stdin', { prompt: 'pass', password: true }],
    ]);
    expect((await client.run('prompt("x")', { allow_stdin: false })).content).toMatchObject({ ename: 'NoInput' });
  });
});

describe('introspection', () => {
  test('is_complete says how far the next line is indented', async () => {
    const ask = async (code: string) => (await client.request('is_complete_request', { code })).content;
    expect(await ask('if (a) {\n  while (b) {')).toEqual({ status: 'incomplete', indent: '    ' });
    expect(await ask('f(')).toMatchObject({ status: 'incomplete', indent: '  ' });
    expect(await ask('1')).toEqual({ status: 'complete' });
    expect(await ask(')')).toEqual({ status: 'invalid' });
  });

  test('inspect: a signature, with detail 1 the source; not found is no error', async () => {
    await client.run('function area(width: number, height: number) { return width * height }');
    const ask = async (detail_level: number) =>
      (await client.request('inspect_request', { code: 'area', cursor_pos: 4, detail_level })).content;
    const text = async (detail: number) => ((await ask(detail)).data as Record<string, string>)['text/plain'];
    expect(await text(0)).toContain('area(width');
    expect(await text(0)).not.toContain('return');
    expect(await text(1)).toContain('return width * height');
    expect((await client.request('inspect_request', { code: 'nope', cursor_pos: 4, detail_level: 0 })).content).toEqual(
      {
        status: 'ok',
        found: false,
        data: {},
        metadata: {},
      },
    );
  });

  test('K59 history: a restart begins a new session; what does not count is not in it', async () => {
    const own = await Client.start();
    const tail = async () =>
      (await own.request('history_request', { hist_access_type: 'tail', n: 5, output: true, raw: true })).content
        .history;
    await own.run('let h = 1; h');
    await own.run('throw 1');
    await own.run('2', { store_history: false });
    await own.kernel.restart();
    await own.run('3');
    expect(await tail()).toEqual([
      [1, 1, ['let h = 1; h', '1']],
      [1, 2, ['throw 1', null]],
      [2, 1, ['3', '3']],
    ]);
    await own.stop();
  });

  test('K59 history: a cell that took the executor with it is there, for the next kernel too', async () => {
    const own = await Client.start({ DAYBOOK_KERNEL_HEAP_MB: '128' });
    await own.run('const hoard = []; for (;;) hoard.push(Array.from({ length: 1e5 }, () => ({})))');
    const next = await own.beside();
    const reply = await next.request('history_request', { hist_access_type: 'search', pattern: 'const hoard*' });
    expect(reply.content.history).toEqual([[1, 1, expect.stringContaining('hoard')]]);
    await next.stop();
    await own.stop();
  });

  test('comm_info lists nothing before there is anything', async () => {
    expect((await client.request('comm_info_request', { target_name: 'none' })).content).toEqual({
      status: 'ok',
      comms: {},
    });
  });

  test('connect: deprecated, and answered; the transport has the ports', async () => {
    expect((await client.request('connect_request', {})).content).toEqual({ status: 'ok' });
  });
});

describe('control', () => {
  test('usage: what the kernel and the machine have, also while a cell runs', async () => {
    const busy = client.run('{ const until = Date.now() + 300; while (Date.now() < until); }');
    const usage = await control('usage_request');
    expect(usage).toMatchObject({
      status: 'ok',
      hostname: expect.any(String),
      pid: expect.any(Number),
      kernel_cpu: expect.any(Number),
      cpu_count: expect.any(Number),
      host_virtual_memory: { total: expect.any(Number), available: expect.any(Number), percent: expect.any(Number) },
    });
    if (existsSync('/proc')) expect(usage.kernel_memory).toBeGreaterThan(10_000_000);
    await busy;
  });

  test.each(['create_subshell_request', 'list_subshell_request', 'delete_subshell_request'])(
    '%s is refused as a feature the kernel does not list',
    async (type) => {
      expect(await control(type, { subshell_id: 'x' })).toMatchObject({
        status: 'error',
        evalue: expect.stringContaining('subshells'),
      });
    },
  );

  test('a debug request fails as the Debug Adapter Protocol has it', async () => {
    expect(
      await control('debug_request', { type: 'request', seq: 7, command: 'initialize', arguments: {} }),
    ).toMatchObject({
      type: 'response',
      request_seq: 7,
      command: 'initialize',
      success: false,
      message: expect.stringContaining('debugger'),
    });
  });

  test('what is not known is answered with an error', async () => {
    expect(await control('what_request')).toMatchObject({ status: 'error' });
    expect((await client.request('what_request', {})).content).toMatchObject({ status: 'error' });
  });
});
