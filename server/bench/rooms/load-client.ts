import { decodeRoomMessage } from '@daybook/shared/api/room-messages';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

export interface LoadClientOptions {
  readonly url: string;
  /** Hocuspocus writes the document's name before every frame and wants a token first. */
  readonly address?: string | undefined;
  /** Milliseconds from an edit to its acknowledgement go here. */
  readonly latencies?: number[];
}

/**
 * A client that costs little: it types at the end of what it typed, and counts what it hears
 * without taking it in, but for the first sync.
 */
export class LoadClient {
  readonly #options: LoadClientOptions;
  readonly #doc = new Y.Doc();
  #socket: WebSocket | undefined;
  #text = 0;
  #sent = 0;
  #open: { readonly seq: number; readonly at: number }[] = [];
  synced = false;
  /** Frames heard so far, of any kind. */
  frames = 0;

  constructor(options: LoadClientOptions) {
    this.#options = options;
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') this.#sendContent(2, update);
    });
  }

  /** Frames of content that are not known to be durable. */
  get open(): number {
    return this.#open.length;
  }

  /** Resolves when the socket is open; `synced` comes later. Rejects when there is no server. */
  async connect(): Promise<void> {
    const { url, address } = this.#options;
    const socket = new WebSocket(url, { perMessageDeflate: false });
    this.#socket = socket;
    this.synced = false;
    this.#sent = 0;
    this.#open = [];
    socket.on('message', (frame: Buffer) => this.#hear(frame));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    socket.on('error', () => undefined);
    if (address !== undefined) this.#send([2, 0], new TextEncoder().encode('token'));
    this.#send([0, 0], Y.encodeStateVector(this.#doc));
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  type(): void {
    const text = this.#doc.getText('source');
    text.insert(Math.min(this.#text, text.length), 'x');
    this.#text += 1;
  }

  close(): void {
    this.#socket?.terminate();
  }

  #hear(frame: Buffer): void {
    this.frames += 1;
    if (frame[0] === 100) {
      const message = decodeRoomMessage(frame);
      if (message?.type === 'durableAck') this.#acknowledged(message.seq);
      return;
    }
    if (this.synced) return;
    const decoder = decoding.createDecoder(frame);
    if (this.#options.address !== undefined) decoding.readVarString(decoder);
    const type = decoding.readVarUint(decoder);
    if (type !== 0 && type !== 4) return;
    const step = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    if (step === 0) this.#sendContent(1, Y.encodeStateAsUpdate(this.#doc, body));
    if (step !== 1) return;
    Y.applyUpdate(this.#doc, body, 'server');
    this.#text = this.#doc.getText('source').length;
    this.synced = true;
  }

  #acknowledged(seq: number): void {
    const now = performance.now();
    for (const each of this.#open) if (each.seq <= seq) this.#options.latencies?.push(now - each.at);
    this.#open = this.#open.filter((each) => each.seq > seq);
  }

  #sendContent(step: number, update: Uint8Array): void {
    if (!this.connected) return;
    this.#sent += 1;
    this.#open.push({ seq: this.#sent, at: performance.now() });
    this.#send([0, step], update);
  }

  #send(head: readonly number[], body: Uint8Array): void {
    const { address } = this.#options;
    this.#socket?.send(
      encoding.encode((encoder) => {
        if (address !== undefined) encoding.writeVarString(encoder, address);
        for (const part of head) encoding.writeVarUint(encoder, part);
        encoding.writeVarUint8Array(encoder, body);
      }),
    );
  }
}
