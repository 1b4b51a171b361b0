import { requestSession, type Session } from '../../collab/testing/client.ts';
import { LoadClient } from './load-client.ts';
import type { RoomServer } from './room-server.ts';

/** So many rooms, with so many clients in each, who together make so many edits a second. */
export interface Load {
  readonly rooms: number;
  readonly clients: number;
  readonly rate: number;
  readonly seconds: number;
}

/** What a server did under a load. */
export interface LoadResult {
  /** Milliseconds of processor time for 1,000 edits. */
  readonly cpu: number;
  /** Frames that all clients heard, for each edit. */
  readonly frames: number;
  /** Milliseconds from edit to acknowledgement, sorted. */
  readonly latencies: readonly number[];
}

/** Milliseconds between two strokes of all who type. */
const STROKE = 5;
const WARM_UP = 500;
/** Milliseconds in which what is under way comes to its end. */
const TAIL = 300;

/** Clients in rooms, connected and in step. `path` names the file of room number n. */
export async function connectAll(
  server: RoomServer,
  { rooms, clients, latencies }: { rooms: number; clients: number; latencies: number[] },
): Promise<LoadClient[]> {
  const all: LoadClient[] = [];
  for (let room = 0; room < rooms; room += 1) {
    const place = await placeOf(server, room);
    const inRoom = Array.from({ length: clients }, () => new LoadClient({ ...place, latencies }));
    await Promise.all(inRoom.map((client) => client.connect()));
    all.push(...inRoom);
  }
  await until(() => all.every((client) => client.synced), 'all clients to be in step');
  return all;
}

export const fileOf = (room: number): string => `room${room}.txt`;

async function placeOf({ name, port }: RoomServer, room: number): Promise<{ url: string; address?: string }> {
  const host = `127.0.0.1:${port}`;
  if (name === 'y-websocket') return { url: `ws://${host}/room${room}` };
  if (name === 'hocuspocus') return { url: `ws://${host}/`, address: `room${room}` };
  const answer = await requestSession(`http://${host}`, fileOf(room), { format: 'text', type: 'file' });
  const { fileId } = (await answer.json()) as Session;
  return { url: `ws://${host}/api/collaboration/room/text:file:${fileId}?daybook=1` };
}

/** Puts a load on a server and measures it, after a moment of warming up. */
export async function putLoad(server: RoomServer, load: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  const clients = await connectAll(server, { ...load, latencies });
  try {
    await strokes(clients, load.rate, WARM_UP);
    latencies.length = 0;
    const heard = () => clients.reduce((sum, { frames }) => sum + frames, 0);
    const [cpu, frames] = [(await server.usage()).cpu, heard()];
    const edits = await strokes(clients, load.rate, load.seconds * 1000);
    await new Promise((resolve) => setTimeout(resolve, TAIL));
    return {
      cpu: (((await server.usage()).cpu - cpu) / edits) * 1000,
      frames: (heard() - frames) / edits,
      latencies: latencies.sort((a, b) => a - b),
    };
  } finally {
    for (const client of clients) client.close();
  }
}

/** Has clients type in turn for so many milliseconds; answers how many edits that were. */
async function strokes(clients: readonly LoadClient[], rate: number, span: number): Promise<number> {
  const begin = performance.now();
  let edits = 0;
  for (let now = begin; now - begin < span; now = performance.now()) {
    for (const due = ((now - begin) * rate) / 1000; edits < due; edits += 1) clients[edits % clients.length]?.type();
    await new Promise((resolve) => setTimeout(resolve, STROKE));
  }
  return edits;
}

/** The value that so many of a hundred stay below. */
export function percentile(sorted: readonly number[], percent: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)];
  if (value === undefined) throw new Error('nothing was acknowledged');
  return value;
}

/** Looks until something holds, for 60 s at most. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
