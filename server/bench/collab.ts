import { type Figure, figure } from './figure.ts';
import { alone } from './rooms/alone.ts';
import { coldOpen } from './rooms/cold-open.ts';
import { type Load, type LoadResult, percentile, putLoad } from './rooms/load.ts';
import { idleMemory } from './rooms/memory.ts';
import { installRoomPeers } from './rooms/peers.ts';
import { restart } from './rooms/restart.ts';
import { type RoomServer, type ServerName, startRoomServer } from './rooms/room-server.ts';
import { streamedLog } from './rooms/streamed-log.ts';
import { textHome } from './rooms/text-home.ts';

const SERVERS = ['ours', 'y-websocket', 'hocuspocus'] as const;
const PEER_NAMES = { 'y-websocket': 'y-websocket-server', hocuspocus: 'Hocuspocus' } as const;
const ROUNDS = 5;

const HOT: Load = { rooms: 1, clients: 100, rate: 500, seconds: 2 };
const MANY: Load = { rooms: 30, clients: 4, rate: 1_200, seconds: 2 };
const THOUSAND: Load = { rooms: 200, clients: 5, rate: 500, seconds: 4 };

/**
 * The rooms of documents beside y-websocket-server and Hocuspocus, which keep nothing here, while
 * ours are durable. Each server is a process of its own. A figure is the best of five rounds in turn.
 */
export async function collab(): Promise<Figure[]> {
  const modules = await installRoomPeers();
  return [
    ...(await underLoad('one hot room, 100 clients × 5 edits/s', HOT, modules)),
    ...(await underLoad('30 rooms × 4 clients × 10 edits/s', MANY, modules)),
    ...(await aThousand()),
    ...(await coldOpen()),
    ...(await streamedLog()),
    ...(await idleMemory()),
    ...(await restart()),
  ];
}

async function underLoad(name: string, load: Load, modules: string): Promise<Figure[]> {
  const results: Record<ServerName, LoadResult[]> = { ours: [], 'y-websocket': [], hocuspocus: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of SERVERS) results[server].push(await measured(server, load, modules));
  }
  const best = (server: ServerName, of: (result: LoadResult) => number) => [Math.min(...results[server].map(of))];
  const beside = (peer: 'y-websocket' | 'hocuspocus', metric: string, unit: string, of: (r: LoadResult) => number) =>
    figure(
      { bench: 'collab', metric: `${metric}, ${name}`, peerName: PEER_NAMES[peer], unit },
      { ours: best('ours', of), peer: best(peer, of) },
    );
  const cpu = 'processor time for 1,000 edits';
  return [
    beside('y-websocket', cpu, 'ms', (result) => result.cpu),
    beside('hocuspocus', cpu, 'ms', (result) => result.cpu),
    beside('y-websocket', 'frames out for each edit', '1', (result) => result.frames),
    ...[50, 99].map((percent) => {
      const [ours = Number.NaN] = best('ours', ({ latencies }) => percentile(latencies, percent));
      return alone(`durable acknowledgement p${percent}, ${name}`, ours, 'ms');
    }),
  ];
}

async function measured(name: ServerName, load: Load, modules: string): Promise<LoadResult> {
  const run = async (place: string) => {
    const server: RoomServer = await startRoomServer(name, place);
    try {
      return await putLoad(server, load);
    } finally {
      await server.kill();
    }
  };
  return name === 'ours' ? textHome(load.rooms, run) : run(modules);
}

async function aThousand(): Promise<Figure[]> {
  const { latencies } = await measured('ours', THOUSAND, '');
  const name = 'durable acknowledgement p99, 1,000 clients in 200 documents, 500 edits/s';
  return [alone(name, percentile(latencies, 99), 'ms')];
}
