import { lchown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from 'postgres';
import type { Account } from './account.ts';
import type { PostmasterFile } from './postmaster-file.ts';

/** Where the embedded PostgreSQL listens: a socket that only its user may reach, or local TCP. */
export interface Endpoint {
  readonly flags: readonly string[];
  readonly options: Options<Record<string, never>>;
  dispose(): Promise<void>;
}

/** The longest path that a Unix socket can have on every system, in bytes. */
const LONGEST_SOCKET_PATH = 100;
const SOCKET_PORT = 5432;

/** `root` is the database's folder; `account` runs PostgreSQL. */
export async function makeEndpoint(root: string, account: Account): Promise<Endpoint> {
  return platform() === 'win32' ? tcpEndpoint() : socketEndpoint(root, account);
}

/** How to reach the PostgreSQL described by a `postmaster.pid`. */
export function reach({ port, socketFolder }: PostmasterFile): Options<Record<string, never>> {
  return socketFolder === '' ? { host: '127.0.0.1', port } : { path: socketPath(socketFolder, port) };
}

async function socketEndpoint(root: string, account: Account): Promise<Endpoint> {
  const own = join(root, 'socket');
  const fits = Buffer.byteLength(socketPath(own, SOCKET_PORT)) <= LONGEST_SOCKET_PATH;
  const folder = fits ? own : await mkdtemp(join(tmpdir(), 'daybook-'));
  if (fits) await mkdir(own, { recursive: true, mode: 0o700 });
  if (account.owner !== undefined) await lchown(folder, account.owner.uid, account.owner.gid);
  return {
    flags: settings({
      listen_addresses: '',
      // A list; quoted, a comma in the path is part of it.
      unix_socket_directories: `"${folder.replaceAll('"', '""')}"`,
      port: String(SOCKET_PORT),
    }),
    options: { path: socketPath(folder, SOCKET_PORT) },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** For systems without Unix sockets; the password keeps others out. */
export async function tcpEndpoint(): Promise<Endpoint> {
  const port = await freePort();
  return {
    flags: settings({ listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port) }),
    options: { host: '127.0.0.1', port },
    dispose: async () => undefined,
  };
}

/** Settings as PostgreSQL takes them on its command line. */
export function settings(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function socketPath(folder: string, port: number): string {
  return join(folder, `.s.PGSQL.${port}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
