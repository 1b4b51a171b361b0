import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { withFolder } from '../../docker/services/folder.ts';
import { python } from '../../docker/services/python.ts';
import { type Figure, figure } from './figure.ts';
import { installPeers, type PeerKernel } from './peer-kernels.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROUNDS = 3;

/** What `kernel/bench/kernel-session.py` prints; a list is empty where the kernel cannot do it. */
interface Session {
  readonly spawn_ms: readonly number[];
  readonly bound_ms: readonly number[];
  readonly eval_ms: readonly number[];
  readonly lines: readonly { readonly took: number; readonly came: number }[];
  readonly buffer_ms: readonly number[];
  readonly memory_mb: readonly number[];
}

/** What is measured: its name, and the samples of it in one session. */
const METRICS: readonly (readonly [string, string, (session: Session) => readonly number[]])[] = [
  ['spawn to kernel_info', 'ms', (session) => session.spawn_ms],
  ['spawn to kernel_info, client that retries at once', 'ms', (session) => session.bound_ms],
  ['1+1 reply p50', 'ms', (session) => session.eval_ms],
  ['100k printed lines', 'ms', (session) => session.lines.map(({ took }) => took)],
  ['10 MB on a comm and back', 'ms', (session) => session.buffer_ms],
  ['memory after 500 cells', 'MB', (session) => session.memory_mb],
];

/** Our kernel through jupyter_client over ZeroMQ, beside ipykernel, tslab and Deno, in turn. */
export async function kernel(): Promise<Figure[]> {
  const found = python.found;
  if (found === undefined) throw new Error(`needs ${python.name}: ${python.reason}`);
  return withFolder(async (prefix) => {
    await run(process.execPath, [join(ROOT, 'kernel/bin/daybook-kernel.mjs'), 'install', '--prefix', prefix]);
    const peers = await installPeers(prefix);
    const ours: PeerKernel = { name: 'daybook', language: 'daybook', peerName: 'Daybook' };
    const measure = async ({ name, language }: PeerKernel): Promise<Session> => {
      const script = join(ROOT, 'kernel/bench/kernel-session.py');
      const env = { JUPYTER_PATH: join(prefix, 'share/jupyter') };
      return JSON.parse(await run(found.program, [script, name, language], env)) as Session;
    };
    const sessions = new Map([ours, ...peers].map((one) => [one, [] as Session[]]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [one, list] of sessions) list.push(await measure(one));
    }
    const samples = (one: PeerKernel, of: (session: Session) => readonly number[]) =>
      (sessions.get(one) ?? []).flatMap(of);
    return peers.flatMap((peer) => [
      ...METRICS.flatMap(([metric, unit, of]) => {
        const sides = { ours: samples(ours, of), peer: samples(peer, of) };
        if (sides.peer.length === 0) return [];
        return [figure({ bench: 'kernel', metric, unit, peerName: peer.peerName }, sides)];
      }),
      figure(
        { bench: 'kernel', metric: 'printed lines that came', unit: 'share', peerName: peer.peerName },
        {
          ours: samples(ours, ({ lines }) => lines.map(({ came }) => came)),
          peer: samples(peer, ({ lines }) => lines.map(({ came }) => came)),
        },
      ),
    ]);
  });
}

/** Runs a program to its end and gives what it printed. */
export async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}`);
  return Buffer.concat(chunks).toString();
}
