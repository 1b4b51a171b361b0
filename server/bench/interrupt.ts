import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { withFolder } from '../../docker/services/folder.ts';
import { python } from '../../docker/services/python.ts';
import { HANGS } from '../../kernel/host/fixtures/hangs.ts';
import type { Figure } from './figure.ts';
import { run } from './kernel.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROUNDS = 10;

type Latencies = Readonly<Record<string, readonly number[]>>;

/**
 * From interrupt to reply for every hang of the interrupt table, over ZeroMQ, beside ipykernel for
 * the hangs that Python has. The goal on an idle machine is 100 ms, 500 ms where a child blocks.
 */
export async function interrupt(): Promise<Figure[]> {
  const peer = python.found;
  if (peer === undefined) throw new Error(`needs ${python.name}: ${python.reason}`);
  return withFolder(async (prefix) => {
    await run(process.execPath, [join(ROOT, 'kernel/bin/daybook-kernel.mjs'), 'install', '--prefix', prefix]);
    const measure = (kernel: string, hangs: unknown) => interruptAll(peer.program, { kernel, hangs, prefix });
    const ours = await measure('daybook', HANGS);
    const theirs = await measure(
      'python3',
      HANGS.flatMap(({ name, python: code }) => (code === undefined ? [] : [{ name, code }])),
    );
    return HANGS.flatMap(({ name }) =>
      (['p50', 'p95', 'max'] as const).map((which) => {
        const own = rank(ours[name] ?? [], which);
        const other = theirs[name] === undefined ? null : rank(theirs[name], which);
        const ratio = other === null ? null : Number((own / other).toPrecision(4));
        return {
          bench: 'interrupt',
          metric: `${name} ${which}`,
          ours: own,
          peer: other,
          peerName: 'ipykernel',
          ratio,
          unit: 'ms',
        };
      }),
    );
  });
}

async function interruptAll(
  program: string,
  { kernel, hangs, prefix }: { kernel: string; hangs: unknown; prefix: string },
): Promise<Latencies> {
  const child = spawn(program, [join(ROOT, 'kernel/bench/zmq-interrupt.py'), kernel, String(ROUNDS)], {
    cwd: prefix,
    env: { ...process.env, JUPYTER_PATH: join(prefix, 'share/jupyter') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(hangs));
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`interrupting ${kernel} ended with code ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString()) as Latencies;
}

function rank(values: readonly number[], which: 'p50' | 'p95' | 'max'): number {
  const sorted = [...values].sort((a, b) => a - b);
  const share = { p50: 0.5, p95: 0.95, max: 1 }[which];
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('no samples');
  return Number(value.toPrecision(4));
}
