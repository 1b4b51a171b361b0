import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startTestServer, type TestServer, TOKEN } from '../server.fixture.ts';
import { V1_PROTOCOL } from './wire.ts';

const services = createRequire(import.meta.url);
const { validateModel: validateKernel } = services('@jupyterlab/services/lib/kernel/validate.js') as {
  validateModel(model: unknown): void;
};
const { validateModel: validateSession } = services('@jupyterlab/services/lib/session/validate.js') as {
  validateModel(model: unknown): void;
};
const { validateSpecModels } = services('@jupyterlab/services/lib/kernelspec/validate.js') as {
  validateSpecModels(models: unknown): { default: string };
};
const { serialize, deserialize } = services('@jupyterlab/services/lib/kernel/serialize.js') as {
  serialize(message: unknown, protocol: string): ArrayBuffer | string;
  deserialize(frame: ArrayBuffer | string, protocol: string): JupyterMessage;
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const json = async (answer: Promise<Response>, status = 200) => {
  const found = await answer;
  expect(found.status).toBe(status);
  return (await found.json()) as { id: string; kernel: { id: string }; path: string };
};

/** A client as the stock one: its codec, its protocol, its session id. */
async function connect(kernel: string, session: string = randomUUID(), protocol: string = V1_PROTOCOL) {
  const url = `${server.url.replace('http', 'ws')}/api/kernels/${kernel}/channels?session_id=${session}&token=${TOKEN}`;
  const socket = new WebSocket(url, protocol === '' ? [] : [protocol]);
  socket.binaryType = 'arraybuffer';
  const seen: JupyterMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: ArrayBuffer | Buffer, binary) => {
    seen.push(deserialize(binary ? (data as ArrayBuffer) : Buffer.from(data as ArrayBuffer).toString(), protocol));
    for (const wake of waiting) wake();
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    seen,
    send(msg_type: string, content: unknown, channel = 'shell'): string {
      const msg_id = randomUUID();
      const header = { msg_id, session, username: 'test', date: new Date().toISOString(), msg_type, version: '5.3' };
      socket.send(serialize({ channel, header, parent_header: {}, metadata: {}, content, buffers: [] }, protocol));
      return msg_id;
    },
    until(test: (message: JupyterMessage) => boolean): Promise<JupyterMessage> {
      return new Promise((resolve) => {
        const look = () => {
          const found = seen.find(test);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    close: () =>
      new Promise((resolve) => {
        socket.once('close', resolve);
        socket.close();
      }),
  };
}

const execute = (code: string) => ({
  code,
  silent: false,
  store_history: true,
  user_expressions: {},
  allow_stdin: false,
  stop_on_error: true,
});
const answers = (id: string, type: string) => (message: JupyterMessage) =>
  message.header.msg_type === type && message.parent_header.msg_id === id;

test('K5: kernelspecs as the stock client checks them', async () => {
  const found = await json(server.ask('GET', '/api/kernelspecs'));
  expect(validateSpecModels(found).default).toBe('daybook');
});

describe('K6: a session runs a real kernel', () => {
  test.each([
    ['v1', V1_PROTOCOL],
    ['the default form', ''],
  ])('over %s', async (_, protocol) => {
    await mkdir(join(server.root, 'deep'), { recursive: true });
    const path = `deep/${randomUUID()}.ipynb`;
    const session = await json(
      server.ask('POST', '/api/sessions', { path, type: 'notebook', name: '', kernel: { name: 'daybook' } }),
      201,
    );
    validateSession(session);
    const client = await connect(session.kernel.id, undefined, protocol);
    const other = await connect(session.kernel.id, undefined, protocol);
    const id = client.send('execute_request', execute('1 + 1'));
    expect((await client.until(answers(id, 'execute_reply'))).content).toMatchObject({ status: 'ok' });
    expect((await client.until(answers(id, 'execute_result'))).content).toMatchObject({
      data: { 'text/plain': expect.stringContaining('2') },
    });
    await other.until(answers(id, 'execute_result'));
    expect(other.seen.some((message) => message.channel === 'shell')).toBe(false);
    const where = client.send(
      'execute_request',
      execute(
        '[process.cwd(), process.env.DAYBOOK_TOKEN, Object.keys(process.env).filter((name) => /TOKEN|SECRET|URL/.test(name)).length].join()',
      ),
    );
    expect((await client.until(answers(where, 'execute_result'))).content).toMatchObject({
      data: { 'text/plain': expect.stringContaining(`${join(server.root, 'deep')},,0`) },
    });
    const models = await json(server.ask('GET', `/api/kernels/${session.kernel.id}`));
    validateKernel(models);
    expect(models).toMatchObject({ connections: 2 });
    const state = await json(server.ask('GET', `/api/v1/kernels/${session.kernel.id}`));
    expect(state).toMatchObject({ name: 'daybook', memoryBytes: expect.any(Number) });
    expect((await server.ask('DELETE', `/api/sessions/${session.id}`)).status).toBe(204);
    expect((await server.ask('GET', `/api/kernels/${session.kernel.id}`)).status).toBe(404);
  });

  test('K3: outputs of a closed socket are heard after coming back', async () => {
    const kernel = await json(server.ask('POST', '/api/kernels', { name: 'daybook' }), 201);
    const session = randomUUID();
    const before = await connect(kernel.id, session);
    const ready = before.send('execute_request', execute('0'));
    await before.until(answers(ready, 'execute_reply'));
    const id = before.send('execute_request', execute('await new Promise((done) => setTimeout(done, 300)); "late"'));
    await before.until(answers(id, 'execute_input'));
    await before.close();
    const watcher = await connect(kernel.id);
    await watcher.until((message) => answers(id, 'status')(message) && message.content.execution_state === 'idle');
    const after = await connect(kernel.id, session);
    expect((await after.until(answers(id, 'execute_result'))).content).toMatchObject({
      data: { 'text/plain': expect.stringContaining('late') },
    });
    await after.until(answers(id, 'execute_reply'));
    await server.ask('DELETE', `/api/kernels/${kernel.id}`);
  });

  test('K7: interrupt keeps variables, restart loses them, the id stays', async () => {
    const kernel = await json(server.ask('POST', '/api/kernels', { name: 'daybook' }), 201);
    const client = await connect(kernel.id);
    const first = client.send('execute_request', execute('const kept = 41;'));
    await client.until(answers(first, 'execute_reply'));
    const hang = client.send('execute_request', execute('while (true) {}'));
    await client.until(answers(hang, 'execute_input'));
    expect((await server.ask('POST', `/api/kernels/${kernel.id}/interrupt`)).status).toBe(204);
    expect((await client.until(answers(hang, 'execute_reply'))).content).toMatchObject({ status: 'error' });
    const kept = client.send('execute_request', execute('kept + 1'));
    expect((await client.until(answers(kept, 'execute_result'))).content).toMatchObject({
      data: { 'text/plain': expect.stringContaining('42') },
    });
    expect(await json(server.ask('POST', `/api/kernels/${kernel.id}/restart`))).toMatchObject({ id: kernel.id });
    const gone = client.send('execute_request', execute('typeof kept'));
    expect((await client.until(answers(gone, 'execute_result'))).content).toMatchObject({
      data: { 'text/plain': expect.stringContaining('undefined') },
    });
    expect((await server.ask('DELETE', `/api/kernels/${kernel.id}`)).status).toBe(204);
    await new Promise((resolve) =>
      client.socket.readyState === WebSocket.CLOSED ? resolve(0) : client.socket.once('close', resolve),
    );
  });

  test('a frame that is no message is dropped; the kernel and the socket stay', async () => {
    const kernel = await json(server.ask('POST', '/api/kernels', {}), 201);
    const client = await connect(kernel.id);
    client.socket.send('no json');
    client.socket.send(Buffer.from([1, 2, 3]));
    const id = client.send('kernel_info_request', {});
    expect((await client.until(answers(id, 'kernel_info_reply'))).content).toMatchObject({ status: 'ok' });
    await server.ask('DELETE', `/api/kernels/${kernel.id}`);
  });
});

describe('K8: sessions', () => {
  test('two tabs on one notebook share a kernel; a session follows a rename and a change of kernel', async () => {
    const ask = () =>
      json(
        server.ask('POST', '/api/sessions', { path: 'two.ipynb', type: 'notebook', kernel: { name: 'daybook' } }),
        201,
      );
    const [one, other] = await Promise.all([ask(), ask()]);
    expect(one.id).toBe(other.id);
    const moved = await json(server.ask('PATCH', `/api/sessions/${one.id}`, { path: 'three.ipynb' }));
    expect(moved).toMatchObject({ path: 'three.ipynb', kernel: { id: one.kernel.id } });
    const changed = await json(server.ask('PATCH', `/api/sessions/${one.id}`, { kernel: { name: 'daybook' } }));
    expect(changed.kernel.id).not.toBe(one.kernel.id);
    expect((await server.ask('GET', `/api/kernels/${one.kernel.id}`)).status).toBe(404);
    expect((await server.ask('DELETE', `/api/kernels/${changed.kernel.id}`)).status).toBe(204);
    expect(await json(server.ask('GET', '/api/sessions'))).toEqual([]);
  });

  test('an unknown kernel, and one that cannot be hosted, are named', async () => {
    const unknown = await server.ask('POST', '/api/kernels', { name: 'nope' });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      code: 'no_such_kernelspec',
      message: expect.stringContaining('daybook'),
    });
    const folder = join(server.folder, 'jupyter/kernels');
    await mkdir(join(folder, 'remote'), { recursive: true });
    const metadata = { kernel_provisioner: { provisioner_name: 'cluster', config: {} } };
    const spec = { argv: ['x'], display_name: 'Remote', language: 'l', metadata };
    await writeFile(join(folder, 'remote/kernel.json'), JSON.stringify(spec));
    const foreign = await startTestServer({ jupyterFolders: [join(server.folder, 'jupyter')] });
    const refused = await foreign.ask('POST', '/api/kernels', { name: 'remote' });
    expect(refused.status).toBe(501);
    expect(await refused.json()).toMatchObject({
      code: 'kernel_not_supported',
      message: expect.stringContaining('“cluster”'),
    });
    await foreign.stop();
  });

  test('K60 a kernel that knows of no sandbox is not started where one is required', async () => {
    const folder = join(server.folder, 'other-makers');
    await mkdir(join(folder, 'other'), { recursive: true });
    const front = 'export const createFront = () => { throw new Error("started") };';
    await writeFile(join(folder, 'other/front.mjs'), front);
    const metadata = { daybook: { front: 'front.mjs' } };
    const spec = { argv: ['other'], display_name: 'Other', language: 'other', metadata };
    await writeFile(join(folder, 'other/kernel.json'), JSON.stringify(spec));
    const strict = await startTestServer({
      kernelFolders: [folder],
      isolation: { sandbox: 'required', network: false, hidden: [], limits: {} },
    });
    const refused = await strict.ask('POST', '/api/kernels', { name: 'other' });
    expect(refused.status).toBe(503);
    expect(JSON.stringify(await refused.json())).toContain('cannot be put in a sandbox');
    await strict.stop();
    const installed = join(server.folder, 'programs');
    await mkdir(join(installed, 'kernels/program'), { recursive: true });
    const program = { argv: ['program'], display_name: 'Program', language: 'l' };
    await writeFile(join(installed, 'kernels/program/kernel.json'), JSON.stringify(program));
    const strictToo = await startTestServer({
      jupyterFolders: [installed],
      startKernelProgram: () => Promise.reject(new Error('started')),
      isolation: { sandbox: 'required', network: false, hidden: [], limits: {} },
    });
    expect((await strictToo.ask('POST', '/api/kernels', { name: 'program' })).status).toBe(503);
    await strictToo.stop();
  });
});
