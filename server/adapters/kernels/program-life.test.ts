import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JupyterMessage, KernelFront, KernelStatus } from '@daybook/shared/ports/kernel-front';
import type { KernelProgram } from '@daybook/shared/ports/kernel-program';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning } from '../../../docker/services/process.ts';
import { openKernelPrograms } from '../open.ts';
import { startZeroMqKernel } from './zeromq-kernel.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'daybook-programs-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const start = (argv: readonly string[], more: Partial<KernelProgram> = {}) =>
  openKernelPrograms({ home })(
    { displayName: 'Test', argv, env: {}, interruptMode: 'message', folder: home, ...more },
    { id: 'k', cwd: home, env: { PATH: process.env.PATH ?? '', HOME: home } },
  );
/** Our own kernel, as stock Jupyter runs it: another program that speaks the protocol over ZeroMQ. */
const daybook = [
  process.execPath,
  join(import.meta.dirname, '../../../kernel/dist/bin/daybook-kernel.js'),
  '{connection_file}',
];

/** Sends a request and answers all that came for it up to `isLast`. */
function request(front: KernelFront, type: string, content: object, isLast = isIdle): Promise<JupyterMessage[]> {
  const msg_id = `${Math.random()}`;
  const of: JupyterMessage[] = [];
  return new Promise((resolve) => {
    let [replied, ended] = [false, false];
    const stop = front.onMessage((message) => {
      if (message.parent_header.msg_id !== msg_id) return;
      of.push(message);
      replied ||= message.channel === 'shell';
      ended ||= isLast(message);
      if (!replied || !ended) return;
      stop();
      resolve(of);
    });
    front.send({
      channel: 'shell',
      header: { msg_id, msg_type: type, session: 's', username: '', date: '', version: '5.4' },
      parent_header: {},
      metadata: {},
      content: { silent: false, store_history: true, allow_stdin: false, user_expressions: {}, ...content },
      buffers: [],
    });
  });
}
function reaches(front: KernelFront, wanted: KernelStatus): Promise<void> {
  return new Promise((resolve) => {
    if (front.status === wanted) resolve();
    front.onStatus((status) => status === wanted && resolve());
  });
}

const isIdle = ({ content }: JupyterMessage) => content.execution_state === 'idle';
const replyIn = (messages: readonly JupyterMessage[]) => messages.find(({ channel }) => channel === 'shell')?.content;

test('F5: the connection file is its user’s alone, and goes with the kernel', async () => {
  const front = await start(daybook);
  const folder = join(home, 'runtime');
  const [name = ''] = await readdir(folder);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toMatchObject({
    ip: '127.0.0.1',
    key: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  await front.shutdown();
  expect(await readdir(folder)).toEqual([]);
});

test('F5: what a killed server left is removed before the first kernel starts', async () => {
  await mkdir(join(home, 'runtime'));
  await writeFile(join(home, 'runtime/kernel-old.json'), '{}');
  const front = await start(daybook);
  expect(await readdir(join(home, 'runtime'))).not.toContain('kernel-old.json');
  await front.shutdown();
});

test('F6: interrupt by message ends the cell and keeps variables', async () => {
  const front = await start(daybook);
  await request(front, 'execute_request', { code: 'const kept = 41' });
  const hanging = request(front, 'execute_request', { code: 'while (true) {}' });
  await new Promise<void>((resolve) => {
    const stop = front.onMessage(({ header }) => {
      if (header.msg_type !== 'execute_input') return;
      stop();
      resolve();
    });
  });
  await front.interrupt();
  expect(replyIn(await hanging)).toMatchObject({ status: 'error' });
  const after = await request(front, 'execute_request', { code: 'kept + 1' });
  expect(after.find(({ header }) => header.msg_type === 'execute_result')?.content.data).toMatchObject({
    'text/plain': '42',
  });
  await front.shutdown();
});

test('F8: a program that is not there is named', async () => {
  await expect(start(['/no/such/program', '{connection_file}'])).rejects.toMatchObject({
    code: 'kernel_broken',
    message: 'The kernel “Test” cannot be started: there is no program /no/such/program.',
  });
  expect(await readdir(join(home, 'runtime'))).toEqual([]);
});

test('F8: a program that ends at once is given up after three starts, in its own words', async () => {
  const script = 'console.error("warning: old"); console.error("Error: no module named nope"); process.exit(1)';
  const front = await start([process.execPath, '-e', script]);
  const waiting = await request(front, 'execute_request', { code: '1' });
  expect(waiting.find(({ header }) => header.msg_type === 'error')?.content.evalue).toContain(
    'The kernel exited with code 1. It said: Error: no module named nope',
  );
  await reaches(front, 'dead');
  expect(replyIn(await request(front, 'kernel_info_request', {}))).toMatchObject({ status: 'error' });
  await front.shutdown();
});

test('F8: one that was given up can be started again', async () => {
  const script = `if (!require("fs").existsSync("ok")) process.exit(1);
    process.argv.splice(1, 0, "kernel"); import(${JSON.stringify(pathToFileURL(daybook[1] ?? '').href)})`;
  const front = await start([process.execPath, '-e', script, '{connection_file}']);
  await reaches(front, 'dead');
  await writeFile(join(home, 'ok'), '');
  await front.restart();
  expect(replyIn(await request(front, 'execute_request', { code: '1' }))).toMatchObject({ status: 'ok' });
  await front.shutdown();
  await front.restart();
  expect(front.status).toBe('dead');
});

test('F8: an idle program that does not answer its heartbeat is started again', async () => {
  const program = { displayName: 'Test', argv: daybook, env: {}, interruptMode: 'message', folder: home } as const;
  const front = await startZeroMqKernel(program, {
    id: 'k',
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home },
    runtime: join(home, 'runtime'),
    heartbeat: 400,
  });
  await reaches(front, 'idle');
  const { pid = 0 } = await front.usage();
  const restarted = reaches(front, 'autorestarting');
  process.kill(pid, 'SIGSTOP');
  await restarted;
  await reaches(front, 'idle');
  expect((await front.usage()).pid).not.toBe(pid);
  expect(isRunning(pid)).toBe(false);
  await front.shutdown();
});

test('F8: a shutdown while the program starts leaves nothing', async () => {
  const front = await start(daybook);
  const { pid = 0 } = await front.usage();
  const waiting = request(front, 'execute_request', { code: '1' });
  await front.shutdown();
  expect(replyIn(await waiting)).toMatchObject({ status: 'aborted' });
  expect(isRunning(pid)).toBe(false);
  expect(await readdir(join(home, 'runtime'))).toEqual([]);
});
