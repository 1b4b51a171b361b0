import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { GuardReport, Isolation, IsolationPolicy } from '@daybook/shared/ports/isolation';
import { findCgroup } from './cgroup.ts';
import { describeGuards } from './guards.ts';
import { isolate } from './isolate.ts';
import { openLaunch } from './launch.ts';
import { readMachine } from './machine.ts';
import { marked } from './stragglers.ts';

/** What a program under the guards found it could do. */
export interface Attempts {
  readonly environment: boolean;
  readonly ownGroup: boolean | undefined;
  readonly coreLimit: string | undefined;
  readonly openFiles: string | undefined;
  readonly processes: string | undefined;
  readonly fileSize: string | undefined;
  readonly pidMax: number | undefined;
  readonly seesHost: boolean;
  readonly signalsHost: boolean;
  readonly readsHidden: boolean;
  readonly writesOutside: boolean;
  readonly connects: boolean;
  readonly privileges: string | undefined;
  /** A process that left the group outlived the program. Undefined where it cannot be known. */
  readonly leavesDaemon: boolean | undefined;
}

/**
 * Runs a program under the policy as a kernel would be run, and lets it try what each guard
 * forbids. Takes a fifth of a second.
 */
export async function inspectGuards(policy: IsolationPolicy): Promise<readonly GuardReport[]> {
  const machine = readMachine();
  const isolation = await isolate(policy, machine);
  // Off: whether it could be had is worth telling all the same.
  const wish = policy.sandbox === 'off' ? await isolate({ ...policy, sandbox: 'auto' }, machine) : isolation;
  const cgroup = machine.platform === 'linux' ? findCgroup() : undefined;
  return describeGuards({
    isolation,
    possible: wish.sandboxed,
    obstacle: wish.obstacle,
    machine,
    cgroup,
    attempts: await attempt(isolation),
  });
}

/** `sandbox: required` that cannot be met is inspected as what there is without. */
export async function attempt(isolation: Isolation): Promise<Attempts> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-inspect-'));
  const outside = await mkdtemp(join(tmpdir(), 'daybook-outside-'));
  const secret = join(outside, 'secret');
  await writeFile(secret, 'secret');
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const policy = { ...isolation.policy, sandbox: 'auto' as const, hidden: [...isolation.policy.hidden, secret] };
  const launch = openLaunch({
    id: 'inspect',
    cwd: folder,
    env: { PATH: process.env.PATH ?? '' },
    isolation: { ...isolation, policy },
  });
  try {
    const pids = await readlink('/proc/self/ns/pid').catch(() => '');
    const facts = { host: process.pid, pids, port, outside, hidden: policy.hidden };
    const words = [...launch.words, process.execPath, '-e', PROGRAM, JSON.stringify(facts)];
    const said = await output(words, { cwd: folder, env: launch.env });
    const linux = process.platform === 'linux';
    await launch.close();
    const left = await outlives(launch.mark);
    return { ...(JSON.parse(said) as Omit<Attempts, 'leavesDaemon'>), leavesDaemon: linux ? left : undefined };
  } finally {
    await launch.close();
    server.close();
    await Promise.all([folder, outside].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/** Milliseconds a process that was killed may take to be gone. */
const DYING_MS = 5_000;

/** Whether a process with this mark is still there when everything killed has had time to end. */
async function outlives(mark: string): Promise<boolean> {
  for (const began = performance.now(); performance.now() - began < DYING_MS; await wait(10)) {
    if (marked(mark).length === 0) return false;
  }
  return true;
}

async function output(
  [program = '', ...args]: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<string> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(child, 'close');
  return text;
}

/** Runs under the guards. Harmless: asks and tries, changes nothing that stays. */
const PROGRAM = `
const fs = require('node:fs');
const { host, pids, port, outside, hidden } = JSON.parse(process.argv[1]);
const can = (act) => { try { act(); return true } catch { return false } };
const read = (path) => { try { return fs.readFileSync(path, 'utf8') } catch { return '' } };
const limit = (name) => new RegExp('^' + name + ' +(\\\\S+)', 'm').exec(read('/proc/self/limits'))?.[1];
const namespace = (() => { try { return fs.readlinkSync('/proc/self/ns/pid') } catch { return '' } })();
const result = {
  environment: Object.keys(process.env).every((name) => /^(PATH|TMPDIR|DAYBOOK_KERNEL_ID|PWD|OLDPWD|SHLVL|_|__CF_USER_TEXT_ENCODING)$/.test(name)),
  ownGroup: read('/proc/self/stat') === '' ? undefined : Number(read('/proc/self/stat').split(') ')[1].split(' ')[2]) === process.pid,
  coreLimit: limit('Max core file size'),
  openFiles: limit('Max open files'),
  processes: limit('Max processes'),
  fileSize: limit('Max file size'),
  pidMax: Number(read('/proc/sys/kernel/pid_max')) || undefined,
  seesHost: namespace === pids && fs.existsSync('/proc/' + host + '/cmdline'),
  signalsHost: namespace === pids && can(() => process.kill(host, 0)),
  readsHidden: hidden.some((path) => can(() => { if ((fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path)).length === 0) throw 0 })),
  writesOutside: can(() => fs.writeFileSync(outside + '/written', '')) || ['/etc', '/usr', '/var/tmp', '/'].some((path) => can(() => fs.accessSync(path, fs.constants.W_OK))),
  privileges: /^NoNewPrivs:\\s*1$/m.test(read('/proc/self/status')) && /^CapEff:\\s*0+$/m.test(read('/proc/self/status')) ? 'none' : undefined,
};
require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { detached: true, stdio: 'ignore' }).unref();
const socket = require('node:net').connect(port, '127.0.0.1');
const end = (connects) => { process.stdout.write(JSON.stringify({ ...result, connects }), () => process.exit()) };
socket.on('connect', () => end(true)).on('error', () => end(false)).setTimeout(2000, () => end(false));
`;
