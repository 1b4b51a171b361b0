import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

/** Opens a comm in a cell that answers with `body`; gives its id and the id of the cell's request. */
async function opened(body: string): Promise<{ id: string; cell: string }> {
  const cell = client.post('execute_request', {
    code: `{ const line = comm.open('test', { hello: 1 }); line.onMessage(async ({ data, buffers, metadata }) => { ${body} }); }`,
  });
  await client.idle(cell);
  const open = client.of(cell).find(({ header }) => header.msg_type === 'comm_open');
  return { id: String(open?.content.comm_id), cell };
}

const sent = (type: string, comm: string) => client.all(type).filter(({ content }) => content.comm_id === comm);

describe('comms that cells open', () => {
  test('K50 open, say, close: each side hears the other', async () => {
    const { id, cell } = await opened('line.send({ echo: data }, { metadata, buffers })');
    expect(sent('comm_open', id)[0]).toMatchObject({
      parent_header: { msg_id: cell },
      content: { target_name: 'test', data: { hello: 1 } },
    });
    const message = client.post('comm_msg', { comm_id: id, data: { n: 1 } }, 'shell', {
      buffers: [Uint8Array.of(1, 2, 3)],
    });
    await client.idle(message);
    expect(sent('comm_msg', id)[0]).toMatchObject({
      parent_header: { msg_id: message },
      content: { data: { echo: { n: 1 } } },
      buffers: [Uint8Array.of(1, 2, 3)],
    });
    expect(client.of(message).map(({ header, content }) => content.execution_state ?? header.msg_type)).toEqual([
      'busy',
      'comm_msg',
      'idle',
    ]);
    const info = async (content: Record<string, unknown>) =>
      (await client.request('comm_info_request', content)).content.comms as Record<string, unknown>;
    expect(await info({})).toHaveProperty(id, { target_name: 'test' });
    expect(await info({ target_name: 'test' })).toHaveProperty(id);
    expect(await info({ target_name: 'other' })).toEqual({});
    await client.say('comm_close', { comm_id: id, data: {} });
    expect(await info({})).not.toHaveProperty(id);
    await client.run('{ const short = comm.open("short"); short.close({ why: "done" }); short.close() }');
    const [closed] = client.all('comm_close').slice(-1);
    expect(closed?.content.data).toEqual({ why: 'done' });
    expect((await client.run('{ const gone = comm.open("x"); gone.close(); gone.send({}) }')).content).toMatchObject({
      ename: 'CommClosed',
    });
  });

  test('K51 idle comes after the handler, its promises and its output, which stands under the cell', async () => {
    const { id, cell } = await opened(
      'console.log("first"); await new Promise((done) => setTimeout(done, 30)); console.log("second", data.n)',
    );
    const message = client.post('comm_msg', { comm_id: id, data: { n: 7 } });
    await client.idle(message);
    expect(client.answerOf(cell).printed).toBe('first\nsecond 7\n');
    expect(client.answerOf(message).printed).toBe('');
  });

  test('K51 what a handler throws is shown, and the next message is served', async () => {
    const { id, cell } = await opened('if (data.bad) throw new RangeError("not this"); console.log("fine")');
    await client.say('comm_msg', { comm_id: id, data: { bad: true } });
    await client.say('comm_msg', { comm_id: id, data: {} });
    expect(client.answerOf(cell).printed).toMatch(/A handler failed\.[\s\S]*RangeError[\s\S]*not this[\s\S]*fine/);
  });

  test('K52 messages to a busy kernel wait and come in order', async () => {
    const { id, cell } = await opened('console.log(data.n)');
    const busy = client.run('await new Promise((done) => setTimeout(done, 100))');
    const last = [1, 2, 3, 4, 5].map((n) => client.post('comm_msg', { comm_id: id, data: { n } })).at(-1);
    await busy;
    expect(client.answerOf(cell).printed).toBe('');
    await client.idle(String(last));
    expect(client.answerOf(cell).printed).toBe('1\n2\n3\n4\n5\n');
  });

  test('K53 an interrupt ends a handler, and the kernel goes on', async () => {
    const { id, cell } = await opened('console.log("in"); if (data.wait) await new Promise(() => {}); while (true) {}');
    for (const wait of [true, false, false]) {
      const before = client.answerOf(cell).printed;
      const message = client.post('comm_msg', { comm_id: id, data: { wait } });
      await client.until(() => client.answerOf(cell).printed.length > before.length);
      await client.kernel.interrupt();
      await client.idle(message);
    }
    expect(client.answerOf(cell).printed).toContain('The handler was interrupted');
    expect((await client.run('1 + 1')).value).toBe('2');
  });

  test('K16 handlers print within the limit of their cell', async () => {
    const { id, cell } = await opened('console.log("x".repeat(3e6))');
    for (let turn = 0; turn < 6; turn += 1) await client.say('comm_msg', { comm_id: id, data: {} });
    expect(client.answerOf(cell).printed.length).toBeLessThan(11_000_000);
    expect(client.answerOf(cell).printed).toContain('more than 10 MB');
  });

  test('data that is no record of JSON values is refused where it is sent', async () => {
    for (const data of ['{ n: 1n }', '(() => { const a = {}; a.a = a; return a })()', '[1]']) {
      expect((await client.run(`comm.open("t", ${data})`)).content).toMatchObject({ ename: 'CommData' });
    }
  });
});

describe('comms that pages open', () => {
  test('K54 a registered target takes them; any other is closed at once', async () => {
    const cell = client.post('execute_request', {
      code: 'const stop = comm.registerTarget("page", (line, { data }) => { console.log("opened", data.who); line.onMessage(({ data }) => line.send({ twice: data.n * 2 })); line.onClose(() => console.log("closed")) })',
    });
    await client.idle(cell);
    const start = client.post('comm_open', { comm_id: 'p1', target_name: 'page', data: { who: 'Ada' } });
    await client.idle(start);
    await client.say('comm_msg', { comm_id: 'p1', data: { n: 21 } });
    expect(sent('comm_msg', 'p1')[0]?.content.data).toEqual({ twice: 42 });
    await client.say('comm_close', { comm_id: 'p1', data: {} });
    expect(client.answerOf(cell).printed).toBe('opened Ada\nclosed\n');
    await client.say('comm_open', { comm_id: 'p2', target_name: 'nobody', data: {} });
    expect(sent('comm_close', 'p2')).toHaveLength(1);
    expect((await client.request('comm_info_request', {})).content.comms).not.toHaveProperty('p2');
    await client.run('stop()');
    await client.say('comm_open', { comm_id: 'p3', target_name: 'page', data: {} });
    expect(sent('comm_close', 'p3')).toHaveLength(1);
  });

  test('K54 an id that is opened again is a new comm; a handler that throws closes it', async () => {
    await client.run(
      'let turns = 0; comm.registerTarget("again", (line, { data }) => { if (data.bad) throw new Error("no"); const turn = ++turns; line.onMessage(() => line.send({ turn })); })',
    );
    for (const turn of [1, 2]) {
      await client.say('comm_open', { comm_id: 'same', target_name: 'again', data: {} });
      await client.say('comm_msg', { comm_id: 'same', data: {} });
      expect(sent('comm_msg', 'same').map(({ content }) => content.data)).toHaveLength(turn);
      expect(sent('comm_msg', 'same').at(-1)?.content.data).toEqual({ turn });
    }
    await client.say('comm_open', { comm_id: 'bad', target_name: 'again', data: { bad: true } });
    expect(sent('comm_close', 'bad')).toHaveLength(1);
  });

  test('K55 malformed messages cost nothing', async () => {
    const bad: [string, Record<string, unknown>][] = [
      ['comm_msg', {}],
      ['comm_msg', { comm_id: 5, data: {} }],
      ['comm_open', { comm_id: 'x', target_name: { a: 1 }, data: {} }],
      ['comm_open', { comm_id: 'x', target_name: 'y'.repeat(5_000), data: {} }],
      ['comm_open', { comm_id: '', target_name: 'test' }],
      ['comm_close', { comm_id: 'never opened' }],
      ['comm_msg', { comm_id: '__proto__', data: 'text' }],
      ['comm_msg', { comm_id: 'constructor', data: null }],
    ];
    for (const [type, content] of bad) await client.say(type, content);
    const { id } = await opened('line.send({ got: data })');
    for (const data of [null, 'text', [1], 5]) await client.say('comm_msg', { comm_id: id, data });
    expect(sent('comm_msg', id).map(({ content }) => content.data)).toEqual(Array(4).fill({ got: {} }));
    expect((await client.run('1 + 1')).value).toBe('2');
  });
});

describe('large and many', () => {
  test('K55 10 MB buffers both ways', async () => {
    const { id } = await opened(
      'line.send({ sizes: buffers.map((b) => b.byteLength), at: buffers[0].byteOffset }, { buffers })',
    );
    const large = Uint8Array.from({ length: 10 << 20 }, (_, index) => index % 251);
    await client.say('comm_msg', { comm_id: id, data: {} }, [large, Uint8Array.of(7)]);
    const [answer] = sent('comm_msg', id);
    expect(answer?.content.data).toEqual({ sizes: [large.byteLength, 1], at: 0 });
    expect(Buffer.from(answer?.buffers[0] ?? []).equals(large)).toBe(true);
    expect((await client.run('comm.open("t", {}, { buffers: [new Uint8Array(101 << 20)] })')).content).toMatchObject({
      ename: 'CommTooLarge',
    });
    await client.say('comm_msg', { comm_id: id, data: {} }, [new Uint8Array(101 << 20)]);
    expect(sent('comm_msg', id)).toHaveLength(1);
  });

  test('K55 thousands of comms, and all are told to be closed when the executor goes', async () => {
    const own = await Client.start();
    await own.run('for (let i = 0; i < 3000; i += 1) comm.open("many", { i })');
    const { comms } = (await own.request('comm_info_request', { target_name: 'many' })).content;
    expect(Object.keys(comms as object)).toHaveLength(3_000);
    await own.kernel.restart();
    expect(own.all('comm_close')).toHaveLength(3_000);
    expect((await own.request('comm_info_request', {})).content.comms).toEqual({});
    await own.stop();
  }, 30_000);

  test('K55 a flood while a cell runs is bounded, and every message gets its idle', async () => {
    const own = await Client.start();
    await own.run('let heard = 0; const line = comm.open("flood"); line.onMessage(() => { heard += 1 })');
    const id = String(own.all('comm_open')[0]?.content.comm_id);
    const cell = own.post('execute_request', { code: 'await new Promise((done) => setTimeout(done, 300))' });
    const ids = Array.from({ length: 12_000 }, (_, n) => own.post('comm_msg', { comm_id: id, data: { n } }));
    await own.idle(cell);
    await own.request('kernel_info_request', {});
    const idle = new Set(
      own.messages.flatMap(({ content, parent_header }) =>
        content.execution_state === 'idle' ? [parent_header.msg_id] : [],
      ),
    );
    expect(ids.filter((each) => !idle.has(each))).toEqual([]);
    expect((await own.run('heard')).value).toBe('10000');
    await own.stop();
  }, 60_000);
});
