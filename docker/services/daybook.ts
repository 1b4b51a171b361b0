import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A running web program under test or measurement. */
export interface Program {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Milliseconds from spawn to the first good answer. */
  readonly ready: number;
  /** Everything the program wrote so far, for messages of failing tests. */
  output(): string;
  /** Asks it to end (SIGTERM unless told) and waits until it has; answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface DaybookOptions {
  readonly home: string;
  /** Workspace folder, as in `npm start -- FOLDER`. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Account to run as; only root can choose one. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Words of a program that starts Daybook; they stand before its own. */
  readonly under?: readonly string[];
}

const START = join(import.meta.dirname, '../../server/bin/start.mjs');
const TOKEN = 'a-token-for-tests';

/** Starts Daybook as a user does, on a port of its own choosing, and waits until it is ready. */
export async function startDaybook({
  home,
  folder,
  env = {},
  port = 0,
  user,
  under = [],
}: DaybookOptions): Promise<Program> {
  const [command = '', ...args] = [...under, process.execPath, START, ...(folder === undefined ? [] : [folder])];
  return startProgram({
    user,
    command,
    args,
    env: { DAYBOOK_HOME: home, DAYBOOK_PORT: String(port), DAYBOOK_TOKEN: TOKEN, DAYBOOK_JSON: '1', ...env },
    announced: /"url":"(http:\/\/[^/"?]+)/,
    probe: '/ready',
    token: TOKEN,
  });
}

/** Starts stock JupyterLab of a Python environment (`bin` is its folder of programs) on `folder`. */
export async function startJupyterLab(
  bin: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  return startProgram({
    user: undefined,
    command: join(bin, 'jupyter-lab'),
    args: ['--no-browser', '--allow-root', '--ip=127.0.0.1', '--port=0', `--IdentityProvider.token=${TOKEN}`, folder],
    env: { PATH: `${bin}:${process.env.PATH}`, ...env },
    announced: /(http:\/\/127\.0\.0\.1:[1-9]\d*)/,
    probe: '/api/status',
    token: TOKEN,
  });
}

interface Start {
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Finds the program's address in what it prints. */
  readonly announced: RegExp;
  readonly probe: string;
  readonly token: string;
}

async function startProgram({ command, args, env, announced, probe, token, user }: Start): Promise<Program> {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const found = announced.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`${command} ended with code ${code} before it was ready:\n${text}`)),
    );
  });
  try {
    await answering(`${url}${probe}`, token);
  } catch (error) {
    await end(child, 'SIGKILL');
    throw error;
  }
  const ready = performance.now() - started;
  return {
    url,
    token,
    pid: child.pid ?? 0,
    ready,
    output: () => text,
    stop: (signal = 'SIGTERM') => end(child, signal),
  };
}

async function answering(url: string, token: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const status = await fetch(url, { headers: { authorization: `token ${token}` } }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`${url} did not answer within a minute (last status ${status})`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}
