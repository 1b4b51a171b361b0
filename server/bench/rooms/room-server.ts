import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Usage } from './answer.ts';

export type ServerName = 'ours' | 'y-websocket' | 'hocuspocus';

/** A room server in a process of its own, so that what it costs can be told from what the clients cost. */
export interface RoomServer {
  readonly name: ServerName;
  readonly port: number;
  usage(): Promise<Usage>;
  /** As `usage`, after a collection. */
  memory(): Promise<Usage>;
  /** Ours only: opens documents for work of its own. */
  hold(paths: readonly string[]): Promise<void>;
  release(): void;
  kill(): Promise<void>;
}

/** `place` is the home of ours, the folder of packages of the others. */
export async function startRoomServer(name: ServerName, place: string, port = 0): Promise<RoomServer> {
  const fixture = join(import.meta.dirname, `${name}.fixture.ts`);
  const child: ChildProcess = spawn(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', '--conditions=source', fixture, place, String(port)],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  if (child.stdout === null) throw new Error(`the server ${name} has no output`);
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ${name} ended with code ${code}`);
  });
  died.catch(() => undefined); // of interest only while something waits for it
  const [line] = (await Promise.race([once(child.stdout, 'data'), died])) as [Buffer];
  child.stdout.resume();

  async function ask(question: unknown): Promise<unknown> {
    const answer = once(child, 'message');
    child.send(question as object);
    const [message] = (await Promise.race([answer, died])) as [unknown];
    return message;
  }
  return {
    name,
    port: Number(line.toString()),
    usage: async () => (await ask('usage')) as Usage,
    memory: async () => (await ask('memory')) as Usage,
    hold: async (paths) => void (await ask({ hold: paths })),
    release: () => void child.send('release'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
