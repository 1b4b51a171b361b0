import { homedir } from 'node:os';
import type { IsolationPolicy } from '@daybook/shared/ports/isolation';
import type { KernelKinds, KernelStatus } from '@daybook/shared/ports/kernel-front';
import { createFront, isolate } from '../front.ts';
import { isGuarded, NO_GUARDS } from '../isolation/no-guards.ts';
import { readConnection } from '../zeromq/connection.ts';
import { historyFolder } from './history-folder.ts';

export interface RunOptions {
  readonly id: string;
  /** Path of the connection file. */
  readonly file: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How often the kernel looks whether its starter is still there. */
const PARENT_MS = 1_000;

/** Runs one kernel until it is shut down, signalled, or its starter is gone. Gives the exit code. */
export async function runKernel({ id, file, cwd, env }: RunOptions): Promise<number> {
  const log = (text: string) => process.stderr.write(`[daybook kernel] ${text}\n`);
  const connection = await readConnection(file);
  const [kinds, isolation] = await Promise.all([namedKinds(env.DAYBOOK_CELL_KINDS, cwd), isolate(await policy(env))]);
  if (isolation.obstacle !== undefined) log(`No sandbox: ${isolation.obstacle.reason}. ${isolation.obstacle.action}`);
  const history = historyFolder(env, { home: homedir(), platform: process.platform });
  const front = createFront({
    id,
    cwd,
    env: present(env),
    kinds,
    isolation,
    ...(history === undefined ? {} : { history }),
    log: (_level, text) => log(text),
  });
  // The executor starts meanwhile, on another core.
  const { serve } = await import('../zeromq/serve.ts');
  const served = await serve(front, connection, log);
  const parent = process.ppid;
  const asked = await new Promise<boolean>((resolve) => {
    const end = (status: KernelStatus) => {
      if (status === 'dead') resolve(stopped);
    };
    let stopped = false;
    front.onMessage(({ header }) => {
      stopped ||= header.msg_type === 'shutdown_reply';
    });
    front.onStatus(end);
    process.on('SIGINT', () => void front.interrupt());
    process.on('SIGTERM', () => resolve(true));
    if (env.JPY_PARENT_PID !== undefined) {
      setInterval(() => {
        if (process.ppid !== parent) resolve(true);
      }, PARENT_MS).unref();
    }
  });
  await front.shutdown();
  await served.close();
  return asked ? 0 : 1;
}

/** What the environment asks of the guards; read only where it asks for something. */
async function policy(env: NodeJS.ProcessEnv): Promise<IsolationPolicy> {
  if (!isGuarded(env)) return NO_GUARDS;
  const { policyOf } = await import('../isolation/settings.ts');
  return policyOf(env);
}

/** The kinds of the packages that the environment names; read only then. */
async function namedKinds(names: string | undefined, cwd: string): Promise<KernelKinds> {
  if (names === undefined || names.trim() === '') return { kinds: [], failures: [] };
  const { forKernel, installedKinds, splitNames } = await import('@daybook/cells/installed');
  return forKernel(installedKinds(splitNames(names), [cwd, import.meta.dirname]));
}

function present(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
