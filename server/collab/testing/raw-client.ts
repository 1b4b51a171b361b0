import { decodeRoomMessage, type RoomMessage } from '@daybook/shared/api/room-messages';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { Role } from '../../auth/roles.ts';
import { requestSession, type Session } from './client.ts';

export interface RawClientOptions {
  readonly path?: string;
  readonly format?: string;
  readonly type?: string;
  readonly user?: string;
  readonly role?: Role;
  /** Says that it knows our own messages. */
  readonly extended?: boolean;
  /** A document that was connected before. */
  readonly doc?: Y.Doc;
  /** Answers the server's questions, as editors do. */
  readonly answers?: boolean;
}

/** A client that sends just what a test tells it to, and applies what it hears to a document of its own. */
export class RawClient {
  readonly doc: Y.Doc;
  readonly #answers: boolean;
  /** Our own messages, in order. */
  readonly told: RoomMessage[] = [];
  /** State vectors with which the server asked for more. */
  readonly asks: Uint8Array[] = [];
  /** Statuses of answers to `save`. */
  readonly saves: string[] = [];
  /** What was heard of who is there: JSON by client id, the newest. */
  readonly present = new Map<number, string>();
  readonly socket: WebSocket;
  awarenessFrames = 0;
  synced = false;
  code: number | undefined;

  /** Content frames sent so far. */
  sent = 0;

  private constructor(socket: WebSocket, { doc = new Y.Doc(), answers = false }: RawClientOptions) {
    this.socket = socket;
    this.doc = doc;
    this.#answers = answers;
    socket.on('message', (frame: Buffer) => this.#read(frame));
    socket.on('close', (code) => {
      this.code = code;
    });
    socket.on('error', () => undefined);
  }

  /** Resolves when the socket is open and its document is the room's. */
  static async open(server: { readonly url: string }, options: RawClientOptions = {}): Promise<RawClient> {
    const {
      path = 'n.ipynb',
      format = 'json',
      type = 'notebook',
      user = 'ada',
      role = 'editor',
      extended = true,
    } = options;
    const session = (await (await requestSession(server.url, path, { format, type })).json()) as Session;
    const query = new URLSearchParams({ user, role, ...(extended ? { daybook: '1' } : {}) });
    const room = encodeURIComponent(`${format}:${type}:${session.fileId}`);
    const client = new RawClient(
      new WebSocket(`${server.url.replace('http', 'ws')}/api/collaboration/room/${room}?${query}`),
      options,
    );
    await new Promise((resolve, reject) => {
      client.socket.once('open', resolve);
      client.socket.once('error', reject);
    });
    client.ask();
    await client.until(() => client.synced);
    return client;
  }

  async until(holds: () => boolean, limit = 15_000): Promise<void> {
    const end = performance.now() + limit;
    while (!holds()) {
      if (this.code !== undefined && !holds()) throw new Error(`the socket was closed with ${this.code}`);
      if (performance.now() > end) throw new Error('waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Resolves with the code the socket is closed with. */
  closed(): Promise<number> {
    if (this.code !== undefined) return Promise.resolve(this.code);
    return new Promise((resolve) => this.socket.once('close', resolve));
  }

  /** Does something to the document and sends the update, as an editor does. */
  edit(work: (doc: Y.Doc) => void): void {
    this.sendUpdate(this.change(work));
  }

  /** The update of a change, not sent. */
  change(work: (doc: Y.Doc) => void): Uint8Array {
    const before = Y.encodeStateVector(this.doc);
    this.doc.transact(() => work(this.doc));
    return Y.encodeStateAsUpdate(this.doc, before);
  }

  ask(): void {
    this.send(syncFrame(0, Y.encodeStateVector(this.doc)));
  }

  sendUpdate(update: Uint8Array): void {
    this.sent += 1;
    this.send(syncFrame(2, update));
  }

  sendStep2(update: Uint8Array): void {
    this.sent += 1;
    this.send(syncFrame(1, update));
  }

  sendAwareness(client: number, clock: number, state: unknown): void {
    this.send(awarenessFrame([[client, clock, state]]));
  }

  sendSave(): void {
    this.send(Uint8Array.of(2, 4, ...Buffer.from('save'), 1));
  }

  send(frame: Uint8Array): void {
    this.socket.send(frame);
  }

  /** The highest acknowledged frame. */
  get acknowledged(): number {
    return this.told.reduce((seq, message) => (message.type === 'durableAck' ? Math.max(seq, message.seq) : seq), 0);
  }

  get rejections(): string[] {
    return this.told.flatMap((message) => (message.type === 'reject' ? [message.code] : []));
  }

  source(id: string): string | undefined {
    const cells = this.doc.getArray<Y.Map<unknown>>('cells').toArray();
    return cells
      .find((cell) => cell.get('id') === id)
      ?.get('source')
      ?.toString();
  }

  close(): void {
    this.socket.terminate();
  }

  #read(frame: Buffer): void {
    const message = decodeRoomMessage(frame);
    if (message !== undefined) {
      this.told.push(message);
      return;
    }
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === 0) this.#sync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
    if (type === 1) this.#presence(decoding.createDecoder(decoding.readVarUint8Array(decoder)));
    if (type === 2) this.saves.push((JSON.parse(decoding.readVarString(decoder)) as { status: string }).status);
  }

  #sync(step: number, body: Uint8Array): void {
    if (step === 0) {
      this.asks.push(body);
      if (this.#answers) this.sendStep2(Y.encodeStateAsUpdate(this.doc, body));
    } else Y.applyUpdate(this.doc, body, 'server');
    if (step === 1) this.synced = true;
  }

  #presence(decoder: decoding.Decoder): void {
    this.awarenessFrames += 1;
    for (let left = decoding.readVarUint(decoder); left > 0; left -= 1) {
      const client = decoding.readVarUint(decoder);
      decoding.readVarUint(decoder);
      this.present.set(client, decoding.readVarString(decoder));
    }
  }
}

export function syncFrame(step: number, body: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, body);
  });
}

export function awarenessFrame(
  entries: readonly (readonly [client: number, clock: number, state: unknown])[],
): Uint8Array {
  const body = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const [client, clock, state] of entries) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarString(encoder, JSON.stringify(state));
    }
  });
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(encoder, body);
  });
}
