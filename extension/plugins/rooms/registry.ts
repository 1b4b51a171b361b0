import { Signal } from '@lumino/signaling';
import type { Rooms } from '../../tokens.ts';

/** What a registry needs of a y-websocket connection. */
export interface RoomConnection {
  readonly wsconnected: boolean;
  on(event: 'status', listener: () => void): void;
}

/** Keeps the state of every room's connection by the path of its document. */
export class RoomRegistry implements Rooms {
  readonly changed = new Signal<this, string>(this);
  readonly #connections = new Map<string, RoomConnection>();

  connected(path: string): boolean | undefined {
    return this.#connections.get(path)?.wsconnected;
  }

  add(path: string, connection: RoomConnection): void {
    this.#connections.set(path, connection);
    connection.on('status', () => this.changed.emit(path));
    this.changed.emit(path);
  }

  remove(path: string): void {
    if (this.#connections.delete(path)) this.changed.emit(path);
  }
}
