import { ROOM_CLOSE } from '@daybook/shared/api/room-messages';
import * as Y from 'yjs';
import type { Connection } from './connection.ts';
import { Presence } from './presence.ts';
import { decodeMessage, encodeAnswer, encodeAwareness } from './wire.ts';

/** The room JupyterLab keeps for who is signed in at all: presence only, no document. */
export class Lobby {
  readonly #doc = new Y.Doc();
  readonly #clients = new Set<Connection>();
  readonly #presence = new Presence(this.#doc, (entries) => this.#broadcast(encodeAwareness(entries)));

  join(client: Connection): void {
    this.#clients.add(client);
    client.onClose(() => {
      this.#clients.delete(client);
      this.#presence.leave(client);
    });
    this.#greet(client);
    client.listen((frame) => {
      try {
        this.#handle(client, frame);
      } catch {
        client.close(ROOM_CLOSE.malformed, 'a frame could not be read');
      }
    });
  }

  close(): void {
    for (const client of this.#clients) client.close(ROOM_CLOSE.restart, 'the server restarts');
    this.#presence.destroy();
    this.#doc.destroy();
  }

  #handle(client: Connection, frame: Uint8Array): void {
    const message = decodeMessage(frame);
    if (message.type === 'awareness') this.#presence.receive(message.entries, client, client.identity);
    if (message.type === 'ask') client.send(encodeAnswer(Y.encodeStateAsUpdate(this.#doc)));
    if (message.type === 'query-awareness') this.#greet(client);
  }

  #greet(client: Connection): void {
    const states = this.#presence.states();
    if (states !== undefined) client.send(encodeAwareness(states));
  }

  #broadcast(frame: Uint8Array): void {
    for (const client of this.#clients) client.send(frame);
  }
}
