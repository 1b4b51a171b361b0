import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Death } from './deaths.ts';

/** A test server in its own process, so that it can be killed without a chance to tidy up. */
export interface ServerProcess {
  readonly port: number;
  readonly url: string;
  /** Bytes that it holds once what is not needed any more is collected. */
  memory(): Promise<number>;
  /** From now on it dies at the place it was told. */
  arm(): void;
  /** Ends it at once, if it has not ended itself. */
  kill(): Promise<void>;
}

export async function startProcess(
  home: string,
  port = 0,
  death?: readonly [Death, nth: number],
): Promise<ServerProcess> {
  const fixture = join(import.meta.dirname, 'serve.fixture.ts');
  const child: ChildProcess = spawn(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', fixture, home, String(port), ...(death ?? []).map(String)],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  if (child.stdout === null) throw new Error('the test server has no output');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const bound = Number(line.toString());
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    async memory() {
      child.send('memory');
      const [bytes] = (await once(child, 'message')) as [number];
      return bytes;
    },
    arm: () => void child.send('arm'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
