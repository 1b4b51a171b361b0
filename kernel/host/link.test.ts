import { DaybookError } from '@daybook/shared/errors/error';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';
import { Link } from './link.ts';

const request = (content: Record<string, unknown>) => ({
  channel: 'control' as const,
  header: { msg_id: 'm', msg_type: 'daybook_request', session: 's', username: '', date: '', version: '5.4' },
  parent_header: {},
  metadata: {},
  content,
  buffers: [],
});

test('a service answers, and every failure is an answer that says what it was', async () => {
  const link = new Link();
  const buffers = [new Uint8Array(3)];
  link.serve('twice', (body) => ({ body: Number(body) * 2, buffers }));
  link.serve('refuse', () => {
    throw new DaybookError('too_big', 'That is too big.', { action: 'Take less.' });
  });
  link.serve('broken', () => Promise.reject(new TypeError('broken')));
  expect(await link.answer(request({ kind: 'twice', body: 4 }))).toEqual({
    content: { status: 'ok', body: 8 },
    buffers,
  });
  const content = async (message: Record<string, unknown>) => (await link.answer(request(message))).content;
  expect(await content({ kind: 'refuse', body: 0 })).toEqual({
    status: 'error',
    code: 'too_big',
    evalue: 'That is too big.',
    action: 'Take less.',
  });
  expect(await content({ kind: 'broken', body: 0 })).toMatchObject({ code: 'bug', evalue: 'broken' });
  expect(await content({ kind: 'unheard-of', body: 0 })).toMatchObject({ code: 'unknown_service' });
  expect(await content({})).toMatchObject({ code: 'bad_request' });
});

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

test('K1 the kernel link answers while a cell runs, once, without telling a state', async () => {
  const running = client.post('execute_request', { code: 'await new Promise(() => {})' });
  await client.until(() => client.of(running).length > 1);
  const body = { cells: [{ id: 'a', source: '1' }, { id: 'b' }] };
  const asked = client.post('daybook_request', { kind: 'notebook.cells', body }, 'control');
  await client.until(() => client.of(asked).length > 0);
  await client.kernel.interrupt();
  await client.until(() => client.of(running).some(({ content }) => content.execution_state === 'idle'));
  expect(client.of(asked).map(({ channel, header, content }) => [channel, header.msg_type, content])).toEqual([
    ['control', 'daybook_reply', { status: 'ok', body: { missing: ['b'] } }],
  ]);
});
