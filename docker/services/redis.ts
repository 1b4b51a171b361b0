import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from './need.ts';
import { freePort, type Service, startProcess, stopProcess } from './process.ts';
import { findProgram } from './programs.ts';

/** Path of a `redis-server`. */
export const redis = need('Redis', 'install Debian’s redis-server or name its folder in DAYBOOK_REDIS_BIN', () =>
  findProgram('redis-server', [process.env.DAYBOOK_REDIS_BIN]),
);

/** A Redis of the test's own, without persistence. */
export async function startRedis(program: string): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-redis-'));
  const port = await freePort();
  const words = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', folder];
  let child: ChildProcess | undefined;
  const service: Service = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      child = await startProcess({ program, words, cwd: folder }, () => answersPing(port));
    },
    async stop() {
      if (child !== undefined) await stopProcess(child, 'SIGKILL');
    },
    async dispose() {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await service.start();
  return service;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (bytes) => {
      resolve(bytes.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
