import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** Kept between runs; not part of the project, whose `npm ci` nobody should pay for them. */
const FOLDER = join(ROOT, '.cache/peers');
const PACKAGES = ['tslab@1.0.22', 'deno@2.9.6'];

/** A kernel to measure beside ours. */
export interface PeerKernel {
  /** Name of its kernelspec. */
  readonly name: string;
  /** Which words `kernel-session.py` uses. */
  readonly language: 'daybook' | 'python' | 'javascript';
  readonly peerName: string;
}

/** Gets tslab and Deno from npm where they are not there yet, and makes their kernelspecs below `prefix`. */
export async function installPeers(prefix: string): Promise<readonly PeerKernel[]> {
  const bin = join(FOLDER, 'node_modules/.bin');
  if (!existsSync(join(bin, 'tslab')) || !existsSync(join(bin, 'deno'))) {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(join(FOLDER, 'package.json'), '{"private":true}\n');
    const words = ['install', '--no-audit', '--no-fund', '--no-save', ...PACKAGES];
    const { status, stderr } = spawnSync('npm', words, { cwd: FOLDER, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The peers ${PACKAGES.join(' and ')} could not be installed: ${stderr}`);
  }
  await kernelspec(prefix, 'tslab', [process.execPath, join(bin, 'tslab'), 'kernel', '--config-path']);
  await kernelspec(prefix, 'deno', [join(bin, 'deno'), 'jupyter', '--kernel', '--conn']);
  return [
    { name: 'python3', language: 'python', peerName: 'ipykernel' },
    { name: 'tslab', language: 'javascript', peerName: 'tslab' },
    { name: 'deno', language: 'javascript', peerName: 'Deno' },
  ];
}

async function kernelspec(prefix: string, name: string, words: readonly string[]): Promise<void> {
  const folder = join(prefix, 'share/jupyter/kernels', name);
  await mkdir(folder, { recursive: true });
  const spec = { argv: [...words, '{connection_file}'], display_name: name, language: 'typescript' };
  await writeFile(join(folder, 'kernel.json'), JSON.stringify(spec));
}
