import { RESULT_MIME } from '@daybook/shared/results/mime';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';

let client: Client;
let id: string;
beforeAll(async () => {
  client = await Client.start();
  const { outputs } = await client.run("%%sql result=many\nselect range as n, 'x' || range as x from range(1000)");
  const data = outputs[0]?.content.data as Record<string, { id: string }>;
  id = data[RESULT_MIME]?.id ?? '';
});
afterAll(() => client.stop());

async function ask(kind: string, body: object) {
  const asked = client.post('daybook_request', { kind, body }, 'control');
  await client.until(() => client.of(asked).length > 0);
  const [reply] = client.of(asked);
  return { content: reply?.content as Record<string, never>, buffers: reply?.buffers ?? [] };
}

test('K90 a window, a profile and a file of a result, while a cell runs', async () => {
  const running = client.post('execute_request', { code: 'console.log(1); for (;;);' });
  await client.until(() => client.answerOf(running).printed !== '');
  const query = { id, offset: 1, limit: 2, sort: [{ column: 'n', descending: true }], filter: [] };
  const window = await ask('result.window', query);
  expect(window.content).toMatchObject({ status: 'ok', body: { total: 1000 } });
  expect(
    tableFromIPC(window.buffers[0] as Uint8Array)
      .getChild('x')
      ?.toArray(),
  ).toEqual(['x998', 'x997']);
  expect((await ask('result.summary', { id })).content).toMatchObject({ status: 'ok', body: { columns: [{}, {}] } });
  const file = await ask('result.export', { id, format: 'csv' });
  expect(Buffer.from(file.buffers[0] as Uint8Array).toString()).toMatch(/^n,x\n0,x0\n1,x1\n/);
  await client.kernel.interrupt();
  await client.until(() => client.answerOf(running).status !== undefined);
});

test('K90 what is wrong is said: a result that is gone, a request that is not one', async () => {
  const gone = id.replace(/[^.]*$/, 'nope');
  expect((await ask('result.window', { id: gone })).content).toMatchObject({ status: 'error', code: 'result_gone' });
  expect((await ask('result.export', { id, format: 'exe' })).content).toMatchObject({ code: 'bad_request' });
  expect((await ask('result.window', { id, limit: 1e9 })).content).toMatchObject({ code: 'bad_request' });
});
