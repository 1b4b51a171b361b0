import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Isolation, IsolationPolicy } from '@daybook/shared/ports/isolation';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { builtFront, Client } from './fixtures/client.ts';

/*
 * A hostile notebook: each cell tries one thing that a guard forbids, bounded in what it would do
 * should the guard not hold. After each, the kernel answers, and the next kernel too.
 */

const LIMITS = { processes: 330, openFiles: 900, fileMb: 32 };
const policy = (sandbox: IsolationPolicy['sandbox'], hidden: readonly string[] = []): IsolationPolicy => ({
  sandbox,
  network: false,
  hidden,
  limits: LIMITS,
});
const UNLIMITED_ROOT = 'as root, the number of processes is limited only in the sandbox';

const { isolate } = await builtFront();
if (isolate === undefined) throw new Error('the built kernel cannot isolate');
const tried = await isolate(policy('auto'));

/** Processes with `word` in their command line. */
async function running(word: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(word)) found.push(pid);
  }
  return found;
}

const never = (client: Client, code: string) => client.run(code).then(({ status }) => expect(status).toBe('error'));

const lives = async (client: Client) => expect((await client.run('kept + 1')).value).toBe('42');

describe.each(['off', 'auto'] as const)('sandbox %s', (sandbox) => {
  const gap = sandbox === 'auto' ? tried.obstacle?.reason : undefined;
  let client: Client;
  let isolation: Isolation;

  beforeAll(async () => {
    if (gap !== undefined) return;
    isolation = await isolate(policy(sandbox));
    client = await Client.isolated(isolation);
    await client.run('const kept = 41');
  });
  afterAll(() => client?.stop());
  afterEach(async (context) => {
    if (gap === undefined && context.task.result?.state !== 'skip') await lives(client);
  });

  const attack = (name: string, body: (skip: (reason: string) => void) => Promise<void>) =>
    test(name, async (context) => {
      if (gap !== undefined) context.skip(gap);
      if (process.platform !== 'linux') context.skip('limits are those of Linux');
      await body((reason) => context.skip(reason));
    });

  attack('K60 a fork bomb runs into a limit', async (skip) => {
    if (sandbox === 'off' && process.getuid?.() === 0) skip(UNLIMITED_ROOT);
    const { value } = await client.run(`
      const { spawn } = require('node:child_process');
      const bomb = [];
      let failure = '';
      // What runs on the machine already is no part of the limit.
      const most = Math.min(4000, Number(/Max processes +(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/limits', 'utf8'))[1]) + 20);
      for (let count = 0; count < most && failure === ''; count++) {
        await new Promise((resolve) => {
          const child = spawn('sleep', ['20'], { stdio: 'ignore' });
          bomb.push(child);
          child.on('spawn', resolve).on('error', (error) => { failure = error.code; resolve() });
        });
      }
      for (const child of bomb) child.kill('SIGKILL');
      failure`);
    expect(value).toBe("'EAGAIN'");
  });

  attack('K60 a file stops growing at the limit', async () => {
    const { value } = await client.run(`
      const fs = require('node:fs');
      const full = fs.openSync('full', 'w');
      let written = 0, stopped = '';
      try { while (written < 200e6) written += fs.writeSync(full, Buffer.alloc(1e6)) } catch (error) { stopped = error.code }
      fs.closeSync(full); fs.rmSync('full');
      [stopped, written]`);
    expect(value).toBe(`[ 'EFBIG', ${LIMITS.fileMb * 1_048_576} ]`);
  });

  attack('K60 open files run out for the kernel alone, and no core is written', async () => {
    const { value } = await client.run(`
      const held = [];
      let refused = '';
      try { while (held.length < 5000) held.push(require('node:fs').openSync('/dev/null')) } catch (error) { refused = error.code }
      for (const fd of held) require('node:fs').closeSync(fd);
      [refused, held.length < ${LIMITS.openFiles}, /^Max core file size +0 +0 /m.test(require('node:fs').readFileSync('/proc/self/limits', 'utf8'))]`);
    expect(value).toBe("[ 'EMFILE', true, true ]");
  });

  attack('K61 arguments and environment hold nothing of the host', async () => {
    const { value } = await client.run(
      'const seen = [process.argv.length, Object.keys(process.env).sort().join()]; seen',
    );
    const names = ['DAYBOOK_KERNEL_ID', 'HOME', 'PATH', 'UV_THREADPOOL_SIZE'];
    // The sandbox's shell notes where it was.
    if (sandbox === 'auto') names.push('OLDPWD', 'PWD', 'TMPDIR');
    expect(value).toBe(`[ 1, '${names.sort().join()}' ]`);
  });

  attack('K62 a program that left the group ends with its kernel', async () => {
    const other = await Client.isolated(isolation);
    const time = `7${String(process.pid).padStart(8, '0')}.5`;
    await other.run(
      `require('node:child_process').execSync('setsid sh -c "setsid sleep ${time} & " > /dev/null 2>&1 &')`,
    );
    await expect.poll(() => running(time)).not.toEqual([]);
    await other.stop();
    expect(await running(time)).toEqual([]);
  });

  attack('K62 … also when it holds on to the output, and when the host is killed', async () => {
    const time = `8${String(process.pid).padStart(8, '0')}.5`;
    const folder = await mkdtemp(join(tmpdir(), 'daybook-host-'));
    const front = pathToFileURL(join(import.meta.dirname, '../dist/front.js')).href;
    const options = JSON.stringify({ id: 'host', cwd: folder, env: { PATH: process.env.PATH ?? '' }, isolation });
    const code = `require('node:child_process').spawn('setsid', ['sleep', '${time}'], { stdio: 'inherit' }); console.log('left')`;
    const host = spawn(process.execPath, [
      join(import.meta.dirname, 'fixtures/host.fixture.mjs'),
      front,
      options,
      code,
    ]);
    const [said] = (await once(host.stdout, 'data')) as [Buffer];
    expect(said.toString().trim()).toBe('left');
    await expect.poll(() => running(time)).not.toEqual([]);
    host.kill('SIGKILL');
    await expect.poll(() => running(time)).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });

  attack('K61 what the host inherited stays with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-host-'));
    await writeFile(join(folder, 'key'), 'top secret');
    const front = pathToFileURL(join(import.meta.dirname, '../dist/front.js')).href;
    const options = JSON.stringify({ id: 'host', cwd: folder, env: { PATH: process.env.PATH ?? '' }, isolation });
    const code = `
      const links = require('node:fs').readdirSync('/proc/self/fd').map((fd) => { try { return require('node:fs').readlinkSync('/proc/self/fd/' + fd) } catch { return '' } });
      console.log(links.filter((link) => link.endsWith('/key')).length, links.length > 7)`;
    const host = spawn(
      process.execPath,
      [join(import.meta.dirname, 'fixtures/host.fixture.mjs'), front, options, code],
      {
        stdio: ['pipe', 'pipe', 'inherit', 'ignore', 'ignore', 'ignore', 'ignore', openSync(join(folder, 'key'), 'r')],
      },
    );
    const [said] = (await once(host.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    expect(said.toString().trim()).toBe('0 true');
    const gone = once(host, 'exit');
    host.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  });

  attack('K64 interrupt, usage, SQL and output of programs', async () => {
    const time = `6${String(process.pid).padStart(8, '0')}.5`;
    for (const code of [
      'for (;;);',
      'await new Promise(() => {})',
      `require('node:child_process').execSync('sleep ${time}')`,
      `require('node:child_process').execSync('sh -c "sleep ${time}; true"')`,
      `await new Promise((resolve) => require('node:child_process').spawn('sh', ['-c', 'sleep ${time}; true']).on('exit', resolve))`,
    ]) {
      const id = client.post('execute_request', { code });
      await client.until(() => client.of(id).some(({ header }) => header.msg_type === 'execute_input'));
      if (code.includes(time)) await expect.poll(() => running(`sleep\0${time}`)).not.toEqual([]);
      await client.kernel.interrupt();
      await client.until(() => client.of(id).some(({ content }) => content.execution_state === 'idle'));
      expect(client.answerOf(id).status).toBe('error');
      await expect.poll(() => running(time)).toEqual([]);
      await lives(client);
    }
    expect((await client.kernel.usage()).memoryBytes).toBeGreaterThan(30e6);
    expect((await client.run('%%sql\nselect 6 * 7 as answer')).status).toBe('ok');
    expect((await client.run("require('child_process').execSync('echo child', { stdio: 'inherit' }); 1")).printed).toBe(
      'child\n',
    );
  });

  attack('K37 K64 all of a long output is where the host reaches it, until the kernel ends', async () => {
    const other = await Client.isolated(isolation);
    const { printed } = await other.run(
      'const line = "x".repeat(999_999) + "\\n"; for (let i = 0; i < 20; i++) process.stdout.write(line)',
    );
    const [, path = ''] = /until the kernel ends: (.*)\]/.exec(printed) ?? [];
    expect((await stat(path)).size).toBe(20e6);
    await other.kernel.shutdown();
    expect(await readdir(other.folder)).not.toContain('daybook-output');
    await other.stop();
  });

  attack('K64 running out of memory is told', async () => {
    const small = await Client.isolated(isolation, { DAYBOOK_KERNEL_MEMORY_MB: '400' });
    const { content } = await small.run(
      'const held = []; for (;;) { held.push(Buffer.alloc(5e6, 1)); await new Promise((resolve) => setTimeout(resolve, 5)) }',
    );
    expect(String(content.evalue)).toMatch(/ran out of memory at [\d.]+ GB; it may use 0\.4 GB/);
    expect((await small.run('1 + 1')).value).toBe('2');
    await small.stop();
  });

  attack('K64 a crash names the signal, and a restart works', async () => {
    const { content } = await client.run(
      "require('child_process').execSync('kill -SEGV ' + process.pid); await new Promise(() => {})",
    );
    expect(String(content.evalue)).toContain('SIGSEGV');
    await client.kernel.restart();
    expect((await client.run('const kept = 41; kept')).value).toBe('41');
  });
});

describe('inside the sandbox', () => {
  let client: Client;
  let outside: string;
  let hidden: string;
  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'daybook-outside-'));
    hidden = await mkdtemp(join(tmpdir(), 'daybook-home-'));
    await writeFile(join(outside, 'note'), 'as it was');
    await writeFile(join(hidden, 'key'), 'top secret');
    await writeFile(join(outside, 'settings.json'), 'top secret');
    if (!tried.sandboxed) return;
    client = await Client.isolated(await isolate(policy('required', [hidden, join(outside, 'settings.json')])));
    await client.run('const kept = 41; const fs = require("node:fs")');
  });
  afterAll(async () => {
    await client?.stop();
    await Promise.all([outside, hidden].map((path) => rm(path, { recursive: true, force: true })));
  });

  const attack = (name: string, body: () => Promise<void>) =>
    test(name, async (context) => {
      if (!tried.sandboxed) context.skip(tried.obstacle?.reason);
      await body();
      await lives(client);
    });

  attack('K63 the host cannot be seen, signalled, traced or read', async () => {
    const { value } = await client.run(`
      const inside = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
      const lines = inside.map((pid) => { try { return fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8') } catch { return '' } });
      [lines.some((line) => line.includes('vitest')), inside.length < 10]`);
    expect(value).toBe('[ false, true ]');
    // Whatever has these numbers inside is the kernel's own.
    await client.run(
      `for (const pid of [${process.pid}, ${process.ppid}, 1]) { try { process.kill(pid, 'SIGKILL') } catch {} }`,
    );
    await never(client, "fs.readFileSync('/proc/1/environ')");
    await never(client, "fs.readdirSync('/proc/1/root')");
    await never(client, "fs.openSync('/proc/1/mem', 'r+')");
    await never(client, "fs.readFileSync('/proc/kcore').length");
  });

  attack('K63 nothing outside can be written, nor the hidden be read', async () => {
    for (const path of [outside, '/etc', '/usr/bin', '/var/tmp', homedir(), '/dev', '/sys/kernel', '/run']) {
      if (path !== homedir())
        await never(client, `fs.writeFileSync(${JSON.stringify(join(path, 'daybook-was-here'))}, '')`);
      await client.run(`try { fs.rmSync(${JSON.stringify(join(path, 'daybook-was-here'))}) } catch {}`);
    }
    await never(client, `fs.writeFileSync('/proc/sys/kernel/core_pattern', 'x')`);
    await never(client, `fs.writeFileSync('/proc/sysrq-trigger', 'h')`);
    await never(client, `fs.readFileSync(${JSON.stringify(join(hidden, 'key'))})`);
    await never(client, `fs.readFileSync(${JSON.stringify(join(outside, 'settings.json'))})`);
    expect(await readFile(join(outside, 'note'), 'utf8')).toBe('as it was');
    expect(
      (
        await client.run(
          "fs.readdirSync('/run').filter((name) => name !== 'mount').length + fs.readdirSync('/dev').filter((name) => /^(sd|vd|nvme|mem|kmsg)/.test(name)).length",
        )
      ).value,
    ).toBe('0');
  });

  attack('K63 the workspace, /tmp and the home can be written; the last two are the kernel’s own', async () => {
    const home = await mkdtemp(join(tmpdir(), 'daybook-user-'));
    await writeFile(join(home, '.npmrc'), 'token');
    const other = await Client.isolated(await isolate(policy('required')), { HOME: home });
    const { value } = await other.run(`
      const fs = require('node:fs'), { homedir, tmpdir } = require('node:os');
      const before = [fs.existsSync(homedir() + '/.npmrc'), fs.readdirSync(tmpdir()).includes(${JSON.stringify(outside.slice(tmpdir().length + 1))})];
      for (const folder of ['.', tmpdir(), homedir()]) fs.writeFileSync(folder + '/mine', '');
      before`);
    expect(value).toBe('[ false, false ]');
    await access(join(other.folder, 'mine'));
    expect(await readdir(home)).toEqual(['.npmrc']);
    await expect(access(join(tmpdir(), 'mine'))).rejects.toThrow();
    await other.stop();
    await rm(home, { recursive: true, force: true });
  });

  attack('K63 the host’s own code in a workspace cannot be changed', async () => {
    const base = await isolate(policy('required'));
    await mkdir(join(client.folder, 'server'));
    await writeFile(join(client.folder, 'server/main.js'), 'as it was');
    const readOnly = [join(client.folder, 'server')];
    const inside = await Client.isolated({ ...base, policy: { ...base.policy, readOnly } }, {}, client.folder);
    await never(inside, "require('node:fs').writeFileSync('server/main.js', 'changed')");
    await never(inside, "require('node:fs').renameSync('server', 'moved')");
    expect(
      (
        await inside.run(
          "require('node:fs').writeFileSync('mine', ''); require('node:fs').readFileSync('server/main.js', 'utf8')",
        )
      ).value,
    ).toBe("'as it was'");
    await inside.kernel.shutdown();
  });

  attack('K63 a link out of the workspace leads to what can only be read', async () => {
    await symlink('/etc', join(client.folder, 'way-out'));
    await never(client, "fs.writeFileSync('way-out/daybook-was-here', '')");
    await symlink(hidden, join(client.folder, 'way-in'));
    await never(client, "fs.readFileSync('way-in/key')");
  });

  attack('K63 mounts stay, and no privilege can be gained', async () => {
    const shell = (command: string) =>
      `require('node:child_process').execSync(${JSON.stringify(command)}, { stdio: 'pipe' })`;
    for (const command of [
      'mount -o remount,rw /',
      'mount -o remount,bind,rw none /',
      'umount /proc',
      'umount -l /tmp',
      'mount -t tmpfs tmpfs /mnt',
      'unshare --user --map-root-user true',
      'unshare --mount true',
      'nsenter --target 1 --mount --pid true',
      'chroot / true',
      'mknod disk b 254 0',
    ]) {
      await never(client, shell(command));
    }
    const { value } = await client.run("/^CapEff:\\s*0+$/m.test(fs.readFileSync('/proc/self/status', 'utf8'))");
    expect(value).toBe('true');
  });

  attack('K63 no network, but for the kernel’s own', async () => {
    const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connect = (target: number | string) =>
      `await new Promise((resolve) => require('node:net').connect(${target}, '127.0.0.1').on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code)))`;
    expect((await client.run(connect(port))).value).toBe("'ECONNREFUSED'");
    expect(
      (
        await client.run(
          "await new Promise((resolve) => require('node:dgram').createSocket('udp4').send('x', 53, '192.0.2.1', (error) => resolve(error?.code)))",
        )
      ).value,
    ).toBe("'ENETUNREACH'");
    const own = await client.run(`
      const own = require('node:net').createServer((socket) => socket.end()).listen(0, '127.0.0.1');
      await new Promise((resolve) => own.on('listening', resolve));
      const answer = ${connect('own.address().port')};
      own.close();
      answer`);
    expect(own.value).toBe("'connected'");
    server.close();
  });

  attack('K63 with the network allowed a cell reaches it, and everything else holds', async () => {
    const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const open = await Client.isolated(await isolate({ ...policy('required', [hidden]), network: true }));
    const { value } = await open.run(
      `await new Promise((resolve) => require('node:net').connect(${port}, '127.0.0.1').on('data', (data) => resolve(String(data))))`,
    );
    expect(value).toBe("'reached'");
    await never(open, `require('node:fs').readFileSync(${JSON.stringify(join(hidden, 'key'))})`);
    await never(open, "require('node:fs').writeFileSync('/etc/daybook-was-here', '')");
    await open.stop();
    server.close();
  });

  attack('K63 what was made for the sandbox is gone with it', async () => {
    const mine = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith(`daybook-sandbox-${process.pid}-`)).length;
    const before = await mine();
    const other = await Client.isolated(await isolate(policy('required')));
    await other.run("require('node:fs').writeFileSync('/tmp/large', 'x')");
    expect(await mine()).toBe(before + 1);
    await other.stop();
    expect(await mine()).toBe(before);
  });
});

test('K65 a sandbox that is required and cannot be made stops the kernel, with what to do', async () => {
  const obstacle = { reason: 'the sandbox needs unshare', action: 'Install util-linux.' };
  await expect(Client.isolated({ policy: policy('required'), sandboxed: false, obstacle })).rejects.toMatchObject({
    code: 'sandbox_unavailable',
    status: 503,
    message: expect.stringContaining('unshare'),
    action: 'Install util-linux.',
  });
});
