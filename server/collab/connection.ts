import { encodeRoomMessage, ROOM_CLOSE, type RoomMessage } from '@daybook/shared/api/room-messages';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Identity } from '../auth/identity.ts';
import { type Action, allows } from '../auth/roles.ts';
import { Pace } from './pace.ts';

export interface ConnectionOptions {
  readonly identity: Identity;
  readonly log: Logger;
  /** True when the client knows our own messages; a stock client is not sent them. */
  readonly extended?: boolean;
  readonly limits?: ConnectionLimits;
  readonly pace?: Pace;
}

export interface ConnectionLimits {
  /** Bytes waiting in the socket above which updates are held back and later sent as one. */
  readonly behindAt: number;
  /** Bytes waiting above which the connection is closed. */
  readonly closeAt: number;
  /** Milliseconds a connection may stay behind, and between pings. */
  readonly patience: number;
}

/** It sends too much, too much of it waits to be durable, or everybody waits for the server's own work. */
type Pause = 'pace' | 'backlog' | 'quiet';

const LIMITS: ConnectionLimits = { behindAt: 1 << 20, closeAt: 16 << 20, patience: 30_000 };

/**
 * One client's socket. Messages that arrive before anybody listens are kept in order. A client
 * that reads too slowly is first held back, then closed; one that does not answer pings is ended.
 */
export class Connection {
  /** True when the client knows our own messages; a stock client is not sent them. */
  readonly extended: boolean;
  #identity: Identity;
  #revoked = false;
  readonly #pace: Pace;
  /** Why nothing is read from the socket now. */
  readonly #paused = new Set<Pause>();
  readonly #socket: WebSocket;
  readonly #limits: ConnectionLimits;
  readonly #log: Logger;
  #listener: ((frame: Uint8Array) => void) | undefined;
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #behind: (() => void) | undefined;
  #alive = true;
  readonly #timer: NodeJS.Timeout;

  constructor(socket: WebSocket, options: ConnectionOptions) {
    const { identity, log, extended = false, limits = LIMITS, pace = new Pace() } = options;
    this.#socket = socket;
    this.#identity = identity;
    this.#pace = pace;
    this.#log = log;
    this.extended = extended;
    this.#limits = limits;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data: Buffer) => {
      this.#alive = true;
      if (this.#revoked) return;
      this.charge(1, data.length);
      if (this.#listener !== undefined) return this.#listener(data);
      this.#early.push(data);
      this.#earlyBytes += data.length;
      if (this.#earlyBytes > this.#limits.closeAt)
        this.close(ROOM_CLOSE.slow, 'too much was sent before the document was ready');
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('error', (error) => this.#log.debug({ err: error }, 'collaboration socket failed'));
    this.#timer = setInterval(() => this.#watch(), this.#limits.patience);
    this.#timer.unref();
    socket.on('close', () => clearInterval(this.#timer));
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** True when the client's role allows it and its session is still good. */
  may(action: Action): boolean {
    return !this.#revoked && allows(this.#identity.role, action);
  }

  /** The client is somebody else now, or nobody: then it is closed, and what it sent is not taken any more. */
  become(identity: Identity | undefined): void {
    if (identity !== undefined && allows(identity.role, 'read')) {
      this.#identity = identity;
      return;
    }
    this.#revoked = true;
    this.close(ROOM_CLOSE.forbidden, 'your session here has ended');
  }

  /** Counts work that the client asked for; too much of it makes it wait. */
  charge(frames: number, bytes = 0): void {
    const wait = this.#pace.spend(frames, bytes);
    if (wait === 0 || this.#paused.has('pace')) return;
    this.pause('pace');
    setTimeout(() => this.resume('pace'), wait).unref();
  }

  /** Stops reading; the client is held up by its own socket and loses nothing. */
  pause(why: Pause): void {
    this.#paused.add(why);
    this.#socket.pause();
  }

  resume(why: Pause): void {
    if (this.#paused.delete(why) && this.#paused.size === 0) {
      this.#alive = true;
      this.#socket.resume();
    }
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Hands over every frame, the early ones first. */
  listen(listener: (frame: Uint8Array) => void): void {
    this.#listener = listener;
    for (const frame of this.#early.splice(0)) listener(frame);
  }

  onClose(listener: () => void): void {
    if (this.#socket.readyState >= this.#socket.CLOSING) queueMicrotask(listener);
    else this.#socket.once('close', listener);
  }

  send(frame: Uint8Array): void {
    if (!this.open) return;
    this.#socket.send(frame, () => this.#drained());
    if (this.#socket.bufferedAmount > this.#limits.closeAt) this.close(ROOM_CLOSE.slow, 'the connection is too slow');
  }

  /** Sends one of our own messages to a client that knows them. */
  tell(message: RoomMessage): void {
    if (this.extended) this.send(encodeRoomMessage(message));
  }

  /**
   * False when the client reads too slowly to be sent this now; `catchUp` is then called once when
   * it has caught up, unless it already waits.
   */
  keepsUp(catchUp: () => void): boolean {
    if (this.#behind !== undefined) return false;
    if (this.#socket.bufferedAmount <= this.#limits.behindAt) return true;
    this.#behind = catchUp;
    const since = this.#behind;
    const timer = setTimeout(() => {
      if (this.#behind === since) this.close(ROOM_CLOSE.slow, 'the connection is too slow');
    }, this.#limits.patience);
    timer.unref();
    return false;
  }

  close(code: number, reason: string): void {
    // A reason has at most 123 bytes.
    this.#socket.close(
      code,
      Buffer.from(reason)
        .subarray(0, 120)
        .toString()
        .replace(/\ufffd+$/, ''),
    );
    if (code === ROOM_CLOSE.slow) this.#socket.terminate();
  }

  #drained(): void {
    if (this.#behind === undefined || this.#socket.bufferedAmount > this.#limits.behindAt / 4) return;
    const catchUp = this.#behind;
    this.#behind = undefined;
    catchUp();
  }

  #watch(): void {
    if (this.#paused.size > 0) return; // its answers are not read either
    if (!this.#alive) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
  }
}
