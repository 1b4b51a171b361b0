import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';

/** The server's end of a socket that exists in memory only; a test carries the frames. */
export class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readyState = 1;
  bufferedAmount = 0;
  binaryType = 'nodebuffer';
  /** Frames that the server sent and nobody took yet. */
  readonly sent: Uint8Array[] = [];
  code: number | undefined;

  /** As the connection's constructor wants it. */
  get asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }

  send(frame: Uint8Array, done?: () => void): void {
    if (this.readyState !== this.OPEN) return;
    this.sent.push(frame);
    if (done !== undefined) queueMicrotask(done);
  }

  /** A frame from the client. */
  receive(frame: Uint8Array): void {
    if (this.readyState === this.OPEN) this.emit('message', Buffer.from(frame));
  }

  close(code = 1005): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 3;
    this.code = code;
    this.emit('close', code);
  }

  terminate(): void {
    this.close(1006);
  }

  ping(): void {}
  pause(): void {}
  resume(): void {}
}
