import { decodeRoomMessage } from '@daybook/shared/api/room-messages';
import * as decoding from 'lib0/decoding';
import { pino } from 'pino';
import * as Y from 'yjs';
import { identityOf } from '../../auth/identity.ts';
import { Connection } from '../connection.ts';
import type { Room } from '../room.ts';
import { FakeSocket } from './fake-socket.ts';
import { syncFrame } from './raw-client.ts';

const log = pino({ level: 'silent' });

/** Somebody at a document, over a socket in memory: types words and notes which of them are acknowledged. */
export class Member {
  readonly doc = new Y.Doc();
  readonly name: string;
  /** All words typed so far. */
  readonly typed: string[] = [];
  readonly acknowledged = new Set<string>();
  #socket: FakeSocket | undefined;
  #heard = 0;
  #frames = 0;
  #open: { readonly word: string; readonly frame: number }[] = [];

  constructor(name: string) {
    this.name = name;
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') this.#send(syncFrame(2, update));
    });
  }

  get connected(): boolean {
    return this.#socket?.readyState === 1;
  }

  /** Close code of the last connection, if the room ended it. */
  get code(): number | undefined {
    return this.#socket?.code;
  }

  join(room: Room): void {
    this.leave();
    this.#heard = 0;
    this.#frames = 0;
    // What was typed before is in the answer to the room's first question.
    this.#open = this.typed.filter((word) => !this.acknowledged.has(word)).map((word) => ({ word, frame: 1 }));
    this.#socket = new FakeSocket();
    const identity = identityOf(this.name, { id: this.name });
    room.join(new Connection(this.#socket.asWebSocket, { identity, log, extended: true }));
    this.#send(syncFrame(0, Y.encodeStateVector(this.doc)), { counts: false });
    this.listen();
  }

  leave(): void {
    this.listen();
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Puts a word on a line of its own into a text of the document, if that is there yet. */
  type(word: string, find: (doc: Y.Doc) => Y.Text | undefined): void {
    const text = find(this.doc);
    if (text === undefined) return;
    this.typed.push(word);
    if (this.connected) this.#open.push({ word, frame: this.#frames + 1 });
    text.insert(0, `${word}\n`);
  }

  /** Hears what the room has sent. */
  listen(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    for (; this.#heard < socket.sent.length; this.#heard += 1) this.#hear(socket.sent[this.#heard] ?? new Uint8Array());
  }

  get quiet(): boolean {
    return this.connected && this.#heard === this.#socket?.sent.length && this.#open.length === 0;
  }

  #hear(frame: Uint8Array): void {
    const message = decodeRoomMessage(frame);
    if (message?.type === 'durableAck') {
      for (const { word, frame: number } of this.#open) if (number <= message.seq) this.acknowledged.add(word);
      this.#open = this.#open.filter(({ frame: number }) => number > message.seq);
    }
    if (message?.type === 'reject') throw new Error(`${this.name} was rejected: ${message.reason}`);
    if (frame[0] !== 0) return;
    const decoder = decoding.createDecoder(frame);
    decoding.readVarUint(decoder);
    const step = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    if (step === 0) this.#send(syncFrame(1, Y.encodeStateAsUpdate(this.doc, body)));
    else Y.applyUpdate(this.doc, body, 'server');
  }

  #send(frame: Uint8Array, { counts = true } = {}): void {
    if (!this.connected) return;
    if (counts) this.#frames += 1;
    this.#socket?.receive(frame);
  }
}
