import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const CHANNELS = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
type Channel = (typeof CHANNELS)[number];

/** How one kernel process is reached: five ports of 127.0.0.1 and the key that signs every message. */
export interface ConnectionFile {
  readonly path: string;
  readonly key: string;
  address(channel: Channel): string;
  remove(): Promise<void>;
}

/** Ports given to kernels that have not opened them yet; no two get the same. */
const given = new Set<number>();

/**
 * Writes a connection file that only its user can read. The ports are free now; should another
 * program take one before the kernel does, the kernel ends and is started with new ones.
 */
export async function writeConnectionFile(folder: string, id: string): Promise<ConnectionFile> {
  const ports = await freePorts(CHANNELS.length);
  const port = (channel: Channel) => ports[CHANNELS.indexOf(channel)];
  const key = randomBytes(32).toString('hex');
  const path = join(folder, `kernel-${id}-${randomBytes(4).toString('hex')}.json`);
  const fields = {
    ...Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, port(channel)])),
    ip: '127.0.0.1',
    transport: 'tcp',
    signature_scheme: 'hmac-sha256',
    key,
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, JSON.stringify(fields), { mode: 0o600, flag: 'wx' });
  return {
    path,
    key,
    address: (channel) => `tcp://127.0.0.1:${port(channel)}`,
    async remove() {
      for (const each of ports) given.delete(each);
      await rm(path, { force: true });
    },
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  const ports: number[] = [];
  try {
    // Held open until all are found, so that the system names none twice.
    while (ports.length < count) {
      const server = createServer();
      servers.push(server);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      const { port } = server.address() as AddressInfo;
      if (given.has(port)) continue;
      given.add(port);
      ports.push(port);
    }
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
  return ports;
}
