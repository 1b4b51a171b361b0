import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { withFolder } from '../../docker/services/folder.ts';
import { python } from '../../docker/services/python.ts';
import { type Figure, figure } from './figure.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROUNDS = 5;

interface Latency {
  readonly spawn_to_info_ms: readonly number[];
  readonly eval_ms: readonly number[];
}

/** Kernel start and `1+1` through jupyter_client over ZeroMQ, against ipykernel, in turn. */
export async function kernel(): Promise<Figure[]> {
  const peer = python.found;
  if (peer === undefined) throw new Error(`needs ${python.name}: ${python.reason}`);
  return withFolder(async (prefix) => {
    await run(process.execPath, [join(ROOT, 'kernel/bin/daybook-kernel.mjs'), 'install', '--prefix', prefix]);
    const env = { JUPYTER_PATH: join(prefix, 'share/jupyter') };
    const measure = async (name: string): Promise<Latency> =>
      JSON.parse(await run(peer.program, [join(ROOT, 'kernel/bench/zmq-latency.py'), name], env)) as Latency;
    const sides = { ours: [] as Latency[], peer: [] as Latency[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      sides.ours.push(await measure('daybook'));
      sides.peer.push(await measure('python3'));
    }
    const samples = (key: keyof Latency) => ({
      ours: sides.ours.flatMap((one) => one[key]),
      peer: sides.peer.flatMap((one) => one[key]),
    });
    const name = { bench: 'kernel', peerName: 'ipykernel', unit: 'ms' };
    return [
      figure({ ...name, metric: 'spawn to kernel_info' }, samples('spawn_to_info_ms')),
      figure({ ...name, metric: '1+1 reply p50' }, samples('eval_ms')),
    ];
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
