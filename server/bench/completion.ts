import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { python } from '../../docker/services/python.ts';
import type { CompletionTimes } from '../../kernel/bench/completion.ts';
import { type Figure, figure, median } from './figure.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROUNDS = 3;

/** Member completion in a small and a long notebook, against ipykernel's (jedi). */
export async function completion(): Promise<Figure[]> {
  const peer = python.found;
  if (peer === undefined) throw new Error(`needs ${python.name}: ${python.reason}`);
  const figures: Figure[] = [];
  for (const cells of [5, 200]) {
    const ours: CompletionTimes[] = [];
    const theirs: CompletionTimes[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // A process of its own: the language service is shared within one.
      ours.push(
        await times(process.execPath, [
          '--import',
          'tsx',
          '--conditions=source',
          join(ROOT, 'kernel/bench/completion-program.ts'),
          String(cells),
        ]),
      );
      theirs.push(await times(peer.program, [join(ROOT, 'kernel/bench/zmq-completion.py'), 'python3', String(cells)]));
    }
    const samples = (of: (one: CompletionTimes) => number) => ({ ours: ours.map(of), peer: theirs.map(of) });
    const name = { bench: 'completion', peerName: 'ipykernel', unit: 'ms' };
    figures.push(
      figure(
        { ...name, metric: `first completion, ${cells} cells` },
        samples(({ first }) => first),
      ),
      figure(
        { ...name, metric: `completion p50, ${cells} cells` },
        samples(({ warm }) => median(warm)),
      ),
      figure(
        { ...name, metric: `completion p95, ${cells} cells` },
        samples(({ warm }) => high(warm)),
      ),
    );
  }
  return figures;
}

/** The value that 95 of 100 stay below. */
function high(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
}

async function times(program: string, args: readonly string[]): Promise<CompletionTimes> {
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with code ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString()) as CompletionTimes;
}
