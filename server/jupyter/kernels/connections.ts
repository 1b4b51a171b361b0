import type { Disposer } from '@daybook/shared/ports/disposer';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { steadyNow } from '../../time/steady-now.ts';
import type { RunningKernel } from './kernels.ts';
import { isInDocument } from './runs-session.ts';

/*
 * Who hears what. `iopub` goes to every client of a kernel; replies and stdin requests go to the
 * session that asked. Outputs of cells that the server runs itself are in their documents and go to
 * nobody. A session whose socket is gone has what it would have heard kept for a
 * while, so that a laptop that slept or a tab that reloads misses nothing.
 */

interface Client {
  send(message: JupyterMessage): void;
}

export interface Connections {
  /** Adds a client under its session id and first tells it what it missed. */
  join(kernel: RunningKernel, session: string, client: Client): Disposer;
  /** Says something to every client of a kernel, those too that are away for a while. */
  tell(kernelId: string, message: JupyterMessage): void;
  /** Open sockets over all kernels. */
  readonly open: number;
  forget(kernelId: string): void;
}

interface Seat {
  client: Client | undefined;
  readonly missed: JupyterMessage[];
  bytes: number;
  left: number;
}

interface Room {
  readonly seats: Map<string, Seat>;
  readonly leave: Disposer;
}

export interface ConnectionsOptions {
  readonly now?: () => number;
  /** Milliseconds a lost client's messages are kept. */
  readonly patience?: number;
  /** Most bytes kept for one lost client; then its oldest messages go first. */
  readonly mostBytes?: number;
}

export function createConnections({
  now = steadyNow,
  patience = 600_000,
  mostBytes = 32 << 20,
}: ConnectionsOptions = {}): Connections {
  const rooms = new Map<string, Room>();
  let open = 0;

  function enter(kernel: RunningKernel): Room {
    const known = rooms.get(kernel.front.id);
    if (known !== undefined) return known;
    const seats = new Map<string, Seat>();
    const room: Room = { seats, leave: kernel.front.onMessage((message) => deliver(seats, message)) };
    rooms.set(kernel.front.id, room);
    return room;
  }

  function deliver(seats: Map<string, Seat>, message: JupyterMessage): void {
    if (message.channel === 'iopub') {
      if (isInDocument(message)) return;
      for (const [session, seat] of seats) {
        if (seat.client === undefined && seat.left < now() - patience) seats.delete(session);
        else hand(seat, message);
      }
      return;
    }
    const seat = seats.get(String(message.parent_header.session ?? ''));
    if (seat !== undefined) hand(seat, message);
  }

  function hand(seat: Seat, message: JupyterMessage): void {
    if (seat.client !== undefined) {
      seat.client.send(message);
      return;
    }
    seat.missed.push(message);
    seat.bytes += weight(message);
    while (seat.bytes > mostBytes) {
      const oldest = seat.missed.shift();
      if (oldest === undefined) break;
      seat.bytes -= weight(oldest);
    }
  }

  return {
    get open() {
      return open;
    },
    join(kernel, session, client) {
      const { seats } = enter(kernel);
      const seat = seats.get(session) ?? { client: undefined, missed: [], bytes: 0, left: 0 };
      seats.set(session, seat);
      seat.client = client;
      seat.bytes = 0;
      for (const message of seat.missed.splice(0)) client.send(message);
      kernel.connections++;
      open++;
      let joined = true;
      return () => {
        if (!joined) return;
        joined = false;
        kernel.connections--;
        open--;
        // A newer socket of the same session may have taken the seat.
        if (seat.client !== client) return;
        seat.client = undefined;
        seat.left = now();
      };
    },
    tell(kernelId, message) {
      deliver(rooms.get(kernelId)?.seats ?? new Map(), message);
    },
    forget(kernelId) {
      rooms.get(kernelId)?.leave();
      rooms.delete(kernelId);
    },
  };
}

function weight(message: JupyterMessage): number {
  const { text, data } = message.content as { text?: unknown; data?: unknown };
  const body = typeof text === 'string' ? text.length : data === undefined ? 0 : JSON.stringify(data).length;
  return message.buffers.reduce((sum, buffer) => sum + buffer.byteLength, 512 + body);
}
