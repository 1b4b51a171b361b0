import type { Figure } from '../figure.ts';
import { alone } from './alone.ts';
import { connectAll, until } from './load.ts';
import type { LoadClient } from './load-client.ts';
import { startRoomServer } from './room-server.ts';
import { textHome } from './text-home.ts';

const ROOMS = 20;
const CLIENTS = 10;

/** A server dies and comes back under 200 clients, each with an edit that it had not heard of. */
export function restart(): Promise<Figure[]> {
  return textHome(ROOMS, async (home) => {
    const first = await startRoomServer('ours', home);
    const clients = await connectAll(first, { rooms: ROOMS, clients: CLIENTS, latencies: [] });
    for (const client of clients) client.type();
    await until(() => clients.every(({ open }) => open === 0), 'the first edits to be durable');
    const died = performance.now();
    await first.kill();
    await until(() => clients.every(({ connected }) => !connected), 'all clients to notice');
    for (const client of clients) client.type();
    const second = await startRoomServer('ours', home, first.port);
    const listening = performance.now();
    try {
      await Promise.all(clients.map(comeBack));
      await until(() => clients.every(({ synced, open }) => synced && open === 0), 'all clients to be in step');
      const over = performance.now();
      const name = 'restart under 200 clients, all in step and their edits durable';
      return [alone(name, over - died, 'ms'), alone(`${name}, since it listens`, over - listening, 'ms')];
    } finally {
      for (const client of clients) client.close();
      await second.kill();
    }
  });
}

/** As a page does: after 100 ms, then after ever longer. */
async function comeBack(client: LoadClient): Promise<void> {
  for (let wait = 100; ; wait = Math.min(wait * 2, 5_000)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      await client.connect();
      return;
    } catch {
      // not up yet
    }
  }
}
