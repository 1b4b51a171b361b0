import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { buildMissing } from '../bin/build.mjs';
import { inspectHere } from './guards.ts';
import { ask, openKernel, startKernel } from './kernel-socket.ts';

/*
 * A hostile notebook against a real server: it looks for the server's secrets wherever a process
 * can look, and tries to end the server. The server stays, and other kernels answer.
 */

beforeAll(() => buildMissing({ lab: false }), 180_000);

const SECRETS = { OPENAI_API_KEY: 'sk-of-the-server-000', AWS_SECRET_ACCESS_KEY: 'aws-of-the-server-000' };

/** Everything that can be read of processes and of the folder, as text. */
const SEARCH = (folder: string) => `
  const fs = require('node:fs');
  const read = (path) => { try { return fs.readFileSync(path, 'latin1') } catch { return '' } };
  const list = (path) => { try { return fs.readdirSync(path, { withFileTypes: true }) } catch { return [] } };
  const found = [JSON.stringify(process.env), JSON.stringify(process.argv), JSON.stringify(process.execArgv)];
  for (const { name } of list('/proc')) if (/^\\d+$/.test(name)) found.push(read('/proc/' + name + '/environ'), read('/proc/' + name + '/cmdline'));
  const walk = (path) => { for (const entry of list(path)) entry.isDirectory() ? walk(path + '/' + entry.name) : found.push(path + '/' + entry.name) };
  walk(${JSON.stringify(folder)});
  const session = new (require('node:inspector').Session)();
  session.connect();
  await new Promise((resolve) => session.post('Runtime.evaluate', { expression: 'JSON.stringify(process.env)' }, (_, { result }) => resolve(found.push(result.value))));
  session.disconnect();
  for (const { name } of list('/proc/self/fd')) { try { found.push(fs.readlinkSync('/proc/self/fd/' + name)) } catch {} }
  console.log(found.join('\\n').slice(0, 900_000))`;

const printed = ({ outputs }: { outputs: readonly Record<string, unknown>[] }) =>
  outputs.map(({ text }) => String(text ?? '')).join('');

async function withServer(
  options: Omit<Parameters<typeof startDaybook>[0], 'home'>,
  body: (daybook: Program, home: string) => Promise<void>,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'daybook-hostile-'));
  try {
    const { user } = options;
    if (user !== undefined) await chown(home, user.uid, user.gid);
    const daybook = await startDaybook({ ...options, home, env: { HOME: home, ...SECRETS, ...options.env } });
    try {
      await body(daybook, home);
      expect((await fetch(`${daybook.url}/ready`)).status).toBe(200);
    } finally {
      expect(await daybook.stop()).toBe(0);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const isRoot = process.getuid?.() === 0;
const USERS = [
  { name: 'the user of this test', user: undefined },
  ...(isRoot ? [{ name: 'a plain user', user: { uid: 65_534, gid: 65_534 } }] : []),
];

describe.each(USERS)('sandbox required, server of $name', ({ user }) => {
  test('K63 no secret is found, the server lives, other kernels answer', { timeout: 90_000 }, async (context) => {
    const obstacle = await inspectHere();
    if (obstacle !== undefined) context.skip(obstacle);
    await withServer({ user, env: { DAYBOOK_SANDBOX: 'required' } }, async (daybook, home) => {
      const other = await openKernel(daybook, await startKernel(daybook));
      const kernel = await openKernel(daybook, await startKernel(daybook));
      await other.run('const kept = 41');

      const text = printed(await kernel.run(SEARCH(home)));
      expect(text).toContain('PATH');
      // The workspace lies in the home and is seen; nothing else of the home is.
      expect(text).toContain(join(home, 'workspace/Welcome.ipynb'));
      expect(text).not.toMatch(new RegExp(`${home}/(?!workspace\\b)`));
      for (const secret of [daybook.token, ...Object.values(SECRETS)]) expect(text).not.toContain(secret);

      const attempts = await kernel.run(`
        const outcomes = [];
        const attempt = async (act) => { try { await act(); outcomes.push('done') } catch (error) { outcomes.push('refused') } };
        if (!fs.readdirSync('/proc').includes('${daybook.pid}')) await attempt(() => process.kill(${daybook.pid}, 'SIGKILL'));
        await attempt(() => fs.openSync('/proc/${daybook.pid}/mem', 'r+'));
        await attempt(() => fetch('${daybook.url}/ready'));
        try { fs.writeFileSync(${JSON.stringify(join(home, 'planted'))}, '') } catch {}
        fs.symlinkSync(${JSON.stringify(home)}, 'way-in');
        await attempt(() => fs.readdirSync('way-in/auth'));
        fs.writeFileSync('allowed', '');
        console.log(outcomes.filter((outcome) => outcome === 'done').length, outcomes.length >= 3)`);
      expect(printed(attempts).trim()).toBe('0 true');
      expect(await readFile(join(home, 'workspace/allowed'), 'utf8')).toBe('');
      expect(await readdir(home)).not.toContain('planted');

      // PID 1 is the sandbox's own first process.
      await kernel.run("try { process.kill(-1, 'SIGKILL') } catch {}");
      expect(await other.run('kept + 1')).toMatchObject({ outputs: [{ data: { 'text/plain': '42' } }] });
      await Promise.all([kernel.close(), other.close()]);
    });
  });
});

test('K61 without the sandbox a cell’s own process holds no secret', { timeout: 90_000 }, () =>
  withServer({}, async (daybook) => {
    const kernel = await openKernel(daybook, await startKernel(daybook));
    const { outputs } = await kernel.run(
      `JSON.stringify([process.env, process.argv, process.execArgv, require('node:fs').readFileSync('/proc/self/environ', 'latin1')])`,
    );
    const text = JSON.stringify(outputs);
    expect(text).toContain('PATH');
    for (const secret of [daybook.token, ...Object.values(SECRETS)]) expect(text).not.toContain(secret);
    await kernel.close();
  }),
);

test('K60 a fork bomb in the kernel of a plain user’s server', { timeout: 90_000 }, async (context) => {
  if (!isRoot) context.skip('shown by the kernel’s own tests when those do not run as root');
  if (process.platform !== 'linux') context.skip('limits are those of Linux');
  const env = { DAYBOOK_KERNEL_PROCESSES: '300' };
  await withServer({ user: { uid: 65_534, gid: 65_534 }, env }, async (daybook) => {
    const other = await openKernel(daybook, await startKernel(daybook));
    const kernel = await openKernel(daybook, await startKernel(daybook));
    await other.run('const kept = 41');
    const bomb = await kernel.run(`
      const { spawn } = require('node:child_process');
      const bomb = [];
      let failure = '';
      // What runs on the machine already is no part of the limit.
      const most = Math.min(4000, Number(/Max processes +(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/limits', 'utf8'))[1]) + 20);
      while (bomb.length < most && failure === '') {
        await new Promise((resolve) => {
          const child = spawn('sleep', ['20'], { stdio: 'ignore' });
          bomb.push(child);
          child.on('spawn', resolve).on('error', (error) => { failure = error.code; resolve() });
        });
      }
      failure`);
    expect(bomb).toMatchObject({ outputs: [{ data: { 'text/plain': "'EAGAIN'" } }] });
    expect(await other.run('kept + 1')).toMatchObject({ outputs: [{ data: { 'text/plain': '42' } }] });
    await kernel.run("for (const child of bomb) child.kill('SIGKILL')");
    expect(await kernel.run('6 * 7')).toMatchObject({ status: 'ok' });
    await Promise.all([kernel.close(), other.close()]);
  });
});

test('K65 required where it cannot be made: the server runs and starts no kernel', {
  timeout: 90_000,
}, async (context) => {
  const obstacle = await inspectHere();
  if (obstacle !== undefined) context.skip(obstacle);
  // A user namespace in which there may be no other.
  const script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"';
  const under = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--keep-caps', 'sh', '-c', script, 'sh'];
  await withServer({ under, env: { DAYBOOK_SANDBOX: 'required' } }, async (daybook) => {
    const answer = await ask(daybook, 'POST', '/api/kernels', {});
    expect(answer.status).toBe(503);
    expect(JSON.stringify(await answer.json())).toMatch(/sandbox cannot be made here.*No space left/);
    expect(await (await ask(daybook, 'GET', '/api/kernels')).json()).toEqual([]);
  });
  await withServer({ under, env: { DAYBOOK_SANDBOX: 'auto' } }, async (daybook) => {
    const kernel = await openKernel(daybook, await startKernel(daybook));
    expect(await kernel.run('6 * 7')).toMatchObject({ status: 'ok' });
    expect(daybook.output()).toContain('kernels run without a sandbox');
    await kernel.close();
  });
});
